/* The yardstick for Foretide's message rate: takes messages in on a bound SUB socket and sends them
 * on, frame by frame, on a bound XPUB socket. Same water marks and the same draining as Foretide.
 *
 *   cc -O2 -Wall -Wextra -o forwarder forwarder.c -lzmq
 *   ./forwarder tcp://127.0.0.1:6555 tcp://127.0.0.1:6556 [BYTES]
 *
 * With BYTES it sends so many bytes of its own in place of a message's last frame: what libzmq alone
 * costs a program that answers.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { LONGEST = 4096 };

static volatile sig_atomic_t stopped;

static void stop (int signal)
{
    (void) signal;
    stopped = 1;
}

static void *bound_socket (void *context, int type, const char *endpoint)
{
    void *socket = zmq_socket (context, type);
    int high_water_mark = 100000, linger = 0;
    zmq_setsockopt (socket, ZMQ_SNDHWM, &high_water_mark, sizeof high_water_mark);
    zmq_setsockopt (socket, ZMQ_RCVHWM, &high_water_mark, sizeof high_water_mark);
    zmq_setsockopt (socket, ZMQ_LINGER, &linger, sizeof linger);
    if (type == ZMQ_SUB)
        zmq_setsockopt (socket, ZMQ_SUBSCRIBE, "", 0);
    if (zmq_bind (socket, endpoint) != 0) {
        fprintf (stderr, "forwarder: cannot bind %s: %s\n", endpoint, zmq_strerror (zmq_errno ()));
        exit (69);
    }
    return socket;
}

int main (int count, char **arguments)
{
    long bytes = count == 4 ? strtol (arguments[3], NULL, 10) : 0;
    if (count < 3 || count > 4 || bytes < 0 || bytes > LONGEST) {
        fprintf (stderr, "usage: forwarder INPUT OUTPUT [BYTES], for example\n"
                         "       forwarder tcp://127.0.0.1:6555 tcp://127.0.0.1:6556\n");
        return 64;
    }
    signal (SIGINT, stop);
    signal (SIGTERM, stop);
    void *context = zmq_ctx_new ();
    void *input = bound_socket (context, ZMQ_SUB, arguments[1]);
    void *output = bound_socket (context, ZMQ_XPUB, arguments[2]);
    zmq_pollitem_t items[] = {{input, 0, ZMQ_POLLIN, 0}, {output, 0, ZMQ_POLLIN, 0}};
    char answer[LONGEST];
    memset (answer, 'x', sizeof answer);
    zmq_msg_t frame;
    zmq_msg_init (&frame);
    while (!stopped) {
        if (zmq_poll (items, 2, 10) < 0 && zmq_errno () != EINTR)
            break;
        while (zmq_msg_recv (&frame, input, ZMQ_DONTWAIT) >= 0) {
            if (bytes > 0 && !zmq_msg_more (&frame))
                zmq_send (output, answer, bytes, 0);
            else
                zmq_msg_send (&frame, output, zmq_msg_more (&frame) ? ZMQ_SNDMORE : 0);
        }
        /* Subscriptions: libzmq has already acted on them. */
        while (zmq_msg_recv (&frame, output, ZMQ_DONTWAIT) >= 0)
            ;
    }
    zmq_msg_close (&frame);
    zmq_close (input);
    zmq_close (output);
    zmq_ctx_term (context);
    return 0;
}
