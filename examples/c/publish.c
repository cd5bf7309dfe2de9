/* Sends a sine to foretide as bare numbers with a topic: publish [COUNT] [ENDPOINT] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zmq.h>

int main(int argc, char **argv) {
    long count = argc > 1 ? atol(argv[1]) : 0; /* 0: for ever */
    const char *endpoint = argc > 2 ? argv[2] : "tcp://127.0.0.1:5555";

    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_PUB);
    if (zmq_connect(socket, endpoint) != 0) {
        fprintf(stderr, "%s: %s\n", endpoint, zmq_strerror(zmq_errno()));
        return 69;
    }
    usleep(500000); /* What a PUB socket sends before the connection stands is lost. */
    for (long index = 0; count == 0 || index < count; index++) {
        char text[32];
        int length = snprintf(text, sizeof text, "%.6f", sin(index * 2 * M_PI / 50));
        zmq_send(socket, "demo/c", 6, ZMQ_SNDMORE); /* the stream */
        zmq_send(socket, text, length, 0);          /* the value; its time is when it arrives */
        usleep(20000);
    }
    zmq_close(socket);
    zmq_ctx_term(context); /* waits until everything has been sent */
    return 0;
}
