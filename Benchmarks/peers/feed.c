/* Measures the message rate of a pipeline, Foretide or the forwarder, without losing a message:
 * publishes JSON samples of interleaved streams, subscribes to what comes out, and keeps at most a
 * window of messages on the way. Prints one line of JSON; exits with 1 when messages were lost.
 *
 *   cc -O2 -Wall -Wextra -o feed feed.c -lzmq -lm
 *   ./feed tcp://127.0.0.1:6555 tcp://127.0.0.1:6556 [samples 500000] [streams 20] [window 10000]
 *
 * A sample is two frames, the stream's name and its JSON; both pipelines answer with two frames of
 * which the first is the name. The names are new in each run, so that nothing of an earlier run
 * counts.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { POINTS = 250, NAME_BYTES = 40, VALUE_BYTES = 7 };

/* A sample is made by writing time and value into its stream's template: what is to be measured is
 * the pipeline, not printf. */
struct stream {
    char name[NAME_BYTES], json[160];
    int name_bytes, json_bytes, time, value;
};

static void prepare (struct stream *stream, const char *prefix, long number)
{
    stream->name_bytes = snprintf (stream->name, NAME_BYTES, "%s%ld", prefix, number);
    stream->time = snprintf (stream->json, sizeof stream->json,
                             "{\"stream\":\"%s\",\"ts\":", stream->name);
    stream->value = stream->time
        + snprintf (stream->json + stream->time, 64, "0000000000.00,\"value\":");
    stream->json_bytes = stream->value + snprintf (stream->json + stream->value, 64, "00.0000}");
}

static void write_digits (char *text, int count, long number)
{
    for (int place = count - 1; place >= 0; place--, number /= 10)
        text[place] = '0' + number % 10;
}

static double seconds (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static void *connected_socket (void *context, int type, const char *endpoint)
{
    void *socket = zmq_socket (context, type);
    int high_water_mark = 100000, linger = 0;
    zmq_setsockopt (socket, ZMQ_SNDHWM, &high_water_mark, sizeof high_water_mark);
    zmq_setsockopt (socket, ZMQ_RCVHWM, &high_water_mark, sizeof high_water_mark);
    zmq_setsockopt (socket, ZMQ_LINGER, &linger, sizeof linger);
    if (zmq_connect (socket, endpoint) != 0) {
        fprintf (stderr, "feed: cannot connect to %s: %s\n", endpoint, zmq_strerror (zmq_errno ()));
        exit (69);
    }
    return socket;
}

/* Drops the frames of one message but for its first `size` bytes. 0 when there is none. */
static int receive (void *socket, char *name, int size)
{
    int bytes = zmq_recv (socket, name, size - 1, ZMQ_DONTWAIT);
    if (bytes < 0)
        return 0;
    name[bytes < size ? bytes : size - 1] = 0;
    int more;
    size_t length = sizeof more;
    while (zmq_getsockopt (socket, ZMQ_RCVMORE, &more, &length) == 0 && more)
        zmq_recv (socket, NULL, 0, 0);
    return 1;
}

/* Takes in what has come out; 1 when something had. */
static int drain (void *results, const char *prefix, long *received)
{
    char name[NAME_BYTES];
    int any = 0;
    while (receive (results, name, sizeof name)) {
        any = 1;
        *received += strncmp (name, prefix, strlen (prefix)) == 0;
    }
    return any;
}

/* Until a probe has come all the way through, and then until the last of them has. */
static int warm_up (void *samples, void *results, const char *probe)
{
    char name[NAME_BYTES];
    char json[160];
    zmq_pollitem_t item = {results, 0, ZMQ_POLLIN, 0};
    int through = 0;
    for (int attempt = 0; attempt < 600 && !through; attempt++) {
        int bytes = snprintf (json, sizeof json, "{\"stream\":\"%s\",\"ts\":%d,\"value\":%d}",
                              probe, 1700000000 + attempt, attempt % 7);
        zmq_send (samples, probe, strlen (probe), ZMQ_SNDMORE);
        zmq_send (samples, json, bytes, 0);
        through = zmq_poll (&item, 1, 50) > 0;
    }
    while (through && zmq_poll (&item, 1, 300) > 0)
        while (receive (results, name, sizeof name))
            ;
    return through;
}

static long argument (int count, char **arguments, int index, long usual)
{
    return count > index ? strtol (arguments[index], NULL, 10) : usual;
}

int main (int count, char **arguments)
{
    long total = argument (count, arguments, 3, 500000);
    long streams = argument (count, arguments, 4, 20);
    long window = argument (count, arguments, 5, 10000);
    if (count < 3 || count > 6 || total < 1 || streams < 1 || window < 1 || window > 50000) {
        fprintf (stderr, "usage: feed INPUT OUTPUT [SAMPLES [STREAMS [WINDOW up to 50000]]]\n");
        return 64;
    }
    void *context = zmq_ctx_new ();
    void *results = connected_socket (context, ZMQ_SUB, arguments[2]);
    void *samples = connected_socket (context, ZMQ_PUB, arguments[1]);
    char prefix[NAME_BYTES], probe[NAME_BYTES], subscription[NAME_BYTES];
    snprintf (subscription, sizeof subscription, "feed%d/", (int) getpid ());
    snprintf (prefix, sizeof prefix, "feed%d/s", (int) getpid ());
    snprintf (probe, sizeof probe, "feed%d/probe", (int) getpid ());
    zmq_setsockopt (results, ZMQ_SUBSCRIBE, subscription, strlen (subscription));
    if (!warm_up (samples, results, probe)) {
        fprintf (stderr, "feed: nothing came out of %s within 30 s of feeding %s\n", arguments[2],
                 arguments[1]);
        return 1;
    }

    struct stream *all = calloc (streams, sizeof *all);
    for (long stream = 0; stream < streams; stream++)
        prepare (&all[stream], prefix, stream);
    static char values[POINTS][VALUE_BYTES + 1];
    for (int point = 0; point < POINTS; point++)
        snprintf (values[point], sizeof values[point], "%7.4f",
                  20 + 5 * sin (point * 2 * M_PI / 50));

    zmq_pollitem_t item = {results, 0, ZMQ_POLLIN, 0};
    long sent = 0, received = 0;
    double begin = seconds (), last = begin;
    while (received < total && seconds () - last < 10) {
        for (int burst = 0; burst < 64 && sent < total && sent - received < window; burst++) {
            long index = sent / streams;
            struct stream *stream = &all[sent % streams];
            write_digits (stream->json + stream->time, 10, 1700000000 + index / 100);
            write_digits (stream->json + stream->time + 11, 2, index % 100);
            memcpy (stream->json + stream->value, values[(index + sent % streams * 13) % POINTS],
                    VALUE_BYTES);
            zmq_send (samples, stream->name, stream->name_bytes, ZMQ_SNDMORE);
            zmq_send (samples, stream->json, stream->json_bytes, 0);
            sent++;
        }
        if (drain (results, prefix, &received))
            last = seconds ();
        else if (sent == total || sent - received >= window)
            zmq_poll (&item, 1, 100);
    }
    double elapsed = (received == total ? seconds () : last) - begin;
    printf ("{\"samples\":%ld,\"streams\":%ld,\"window\":%ld,\"received\":%ld,\"lost\":%ld,"
            "\"seconds\":%.3f,\"messages_per_second\":%.0f}\n",
            total, streams, window, received, sent - received, elapsed, received / elapsed);
    free (all);
    zmq_close (samples);
    zmq_close (results);
    zmq_ctx_term (context);
    return received == total ? 0 : 1;
}
