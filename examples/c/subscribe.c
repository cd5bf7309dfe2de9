/* Prints foretide's forecasts: subscribe [COUNT] [ENDPOINT] [STREAM] */
#include <stdio.h>
#include <stdlib.h>
#include <zmq.h>

int main(int argc, char **argv) {
    long count = argc > 1 ? atol(argv[1]) : 0; /* 0: for ever */
    const char *endpoint = argc > 2 ? argv[2] : "tcp://127.0.0.1:5556";
    const char *stream = argc > 3 ? argv[3] : ""; /* a prefix; "" is every stream */

    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_SUB);
    if (zmq_connect(socket, endpoint) != 0) {
        fprintf(stderr, "%s: %s\n", endpoint, zmq_strerror(zmq_errno()));
        return 69;
    }
    zmq_setsockopt(socket, ZMQ_SUBSCRIBE, stream, snprintf(NULL, 0, "%s", stream));
    for (long received = 0; count == 0 || received < count; received++) {
        for (int more = 1; more;) { /* two frames: the stream, the forecast as JSON */
            zmq_msg_t frame;
            zmq_msg_init(&frame);
            if (zmq_msg_recv(&frame, socket, 0) < 0) return 70;
            more = zmq_msg_more(&frame);
            fwrite(zmq_msg_data(&frame), 1, zmq_msg_size(&frame), stdout);
            putchar(more ? ' ' : '\n');
            zmq_msg_close(&frame);
        }
        fflush(stdout);
    }
    zmq_close(socket);
    zmq_ctx_term(context);
    return 0;
}
