/* Measures the message rate of a pipeline, Foretide or the forwarder: publishes JSON samples of
 * interleaved streams and subscribes to what comes out. Prints one line of JSON; exits with 1 when
 * messages were lost.
 *
 *   cc -O2 -Wall -Wextra -o feed feed.c -lzmq -lm
 *   ./feed [options] tcp://127.0.0.1:6555 tcp://127.0.0.1:6556
 *     -n SAMPLES  500000
 *     -s STREAMS  20
 *     -w WINDOW   10000: closed loop, so many messages on the way at most
 *     -r RATE     open loop: so many samples a second, whatever becomes of them
 *     -p PREFIX   of the streams' names; new in each run unless given
 *     -f FIRST    the number of the first sample: to go on with the streams of an earlier run
 *
 * A sample is two frames, the stream's name and its JSON; both pipelines answer with two frames of
 * which the first is the name. Each stream is a sine of 50 samples with noise, at 100 samples a
 * second of its own time.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { POINTS = 9950, NAME_BYTES = 40, VALUE_BYTES = 7, HIGH_WATER_MARK = 1000000 };

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
    int high_water_mark = HIGH_WATER_MARK, linger = 0;
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

/* Until a probe has come all the way through, and then until the last of them has. What a cache
 * of last values sends first does not count. */
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
        if (zmq_poll (&item, 1, 50) > 0)
            while (receive (results, name, sizeof name))
                through |= strcmp (name, probe) == 0;
    }
    while (through && zmq_poll (&item, 1, 300) > 0)
        while (receive (results, name, sizeof name))
            ;
    return through;
}

struct options {
    long samples, streams, window, rate, first;
    char prefix[NAME_BYTES / 2];
    const char *input, *output;
};

static int usage (void)
{
    fprintf (stderr, "usage: feed [-n SAMPLES] [-s STREAMS] [-w WINDOW | -r RATE] [-p PREFIX]"
                     " [-f FIRST] INPUT OUTPUT\n");
    return 64;
}

/* 0, or an exit code. */
static int parse (int count, char **arguments, struct options *options)
{
    *options = (struct options){.samples = 500000, .streams = 20, .window = 10000};
    snprintf (options->prefix, sizeof options->prefix, "feed%d/", (int) getpid ());
    for (int option; (option = getopt (count, arguments, "n:s:w:r:p:f:")) != -1;) {
        long number = optarg ? strtol (optarg, NULL, 10) : 0;
        switch (option) {
        case 'n': options->samples = number; break;
        case 's': options->streams = number; break;
        case 'w': options->window = number; break;
        case 'r': options->rate = number; break;
        case 'f': options->first = number; break;
        case 'p': snprintf (options->prefix, sizeof options->prefix, "%s", optarg); break;
        default: return usage ();
        }
    }
    if (count - optind != 2 || options->samples < 1 || options->streams < 1 || options->window < 1
        || options->window > 50000 || options->rate < 0 || options->first < 0)
        return usage ();
    options->input = arguments[optind];
    options->output = arguments[optind + 1];
    return 0;
}

static char values[POINTS][VALUE_BYTES + 1];

static void prepare_values (void)
{
    unsigned random = 1;
    for (int point = 0; point < POINTS; point++) {
        random = random * 1664525u + 1013904223u;
        double noise = (random >> 8) / (double) (1 << 24) - 0.5;
        snprintf (values[point], sizeof values[point], "%7.4f",
                  20 + 5 * sin (point * 2 * M_PI / 50) + noise);
    }
}

static void send_sample (void *samples, struct stream *all, long streams, long number)
{
    long index = number / streams, place = number % streams;
    struct stream *stream = &all[place];
    write_digits (stream->json + stream->time, 10, 1700000000 + index / 100);
    write_digits (stream->json + stream->time + 11, 2, index % 100);
    memcpy (stream->json + stream->value, values[(index + place * 13) % POINTS], VALUE_BYTES);
    zmq_send (samples, stream->name, stream->name_bytes, ZMQ_SNDMORE);
    zmq_send (samples, stream->json, stream->json_bytes, 0);
}

/* How many are to have been sent by now. */
static long due (const struct options *options, double elapsed, long received)
{
    long most = options->rate ? (long) (elapsed * options->rate) : received + options->window;
    return most < options->samples ? most : options->samples;
}

int main (int count, char **arguments)
{
    struct options options;
    int code = parse (count, arguments, &options);
    if (code)
        return code;
    void *context = zmq_ctx_new ();
    void *results = connected_socket (context, ZMQ_SUB, options.output);
    void *samples = connected_socket (context, ZMQ_PUB, options.input);
    char prefix[NAME_BYTES], probe[NAME_BYTES];
    snprintf (prefix, sizeof prefix, "%ss", options.prefix);
    snprintf (probe, sizeof probe, "%sprobe%d", options.prefix, (int) getpid ());
    zmq_setsockopt (results, ZMQ_SUBSCRIBE, options.prefix, strlen (options.prefix));
    if (!warm_up (samples, results, probe)) {
        fprintf (stderr, "feed: nothing came out of %s within 30 s of feeding %s\n",
                 options.output, options.input);
        return 1;
    }
    struct stream *all = calloc (options.streams, sizeof *all);
    for (long stream = 0; stream < options.streams; stream++)
        prepare (&all[stream], prefix, stream);
    prepare_values ();

    zmq_pollitem_t item = {results, 0, ZMQ_POLLIN, 0};
    long sent = 0, received = 0, most = 0;
    double begin = seconds (), last = begin, sending = 0;
    while (received < options.samples && seconds () - last < 10) {
        long target = due (&options, seconds () - begin, received);
        for (int burst = 0; burst < 64 && sent < target; burst++) {
            send_sample (samples, all, options.streams, options.first + sent);
            sent++;
        }
        if (sent == options.samples && !sending)
            sending = seconds () - begin;
        most = sent - received > most ? sent - received : most;
        if (drain (results, prefix, &received))
            last = seconds ();
        else if (sent >= target)
            zmq_poll (&item, 1, options.rate && sent < options.samples ? 1 : 100);
    }
    double elapsed = (received == options.samples ? seconds () : last) - begin;
    printf ("{\"samples\":%ld,\"streams\":%ld,\"%s\":%ld,\"received\":%ld,\"lost\":%ld,"
            "\"most_on_the_way\":%ld,\"sending_seconds\":%.3f,\"seconds\":%.3f,"
            "\"messages_per_second\":%.0f}\n",
            options.samples, options.streams, options.rate ? "rate" : "window",
            options.rate ? options.rate : options.window, received, sent - received, most,
            sending, elapsed, received / elapsed);
    free (all);
    zmq_close (samples);
    zmq_close (results);
    zmq_ctx_term (context);
    return received == options.samples ? 0 : 1;
}
