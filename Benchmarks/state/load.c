/* Feeds a daemon with samples of many streams at a fixed rate, and notes how long each forecast
 * took: two doubles a forecast on standard output, the wall clock's seconds at which its sample was
 * sent, and the seconds until it came. Counts what was lost, on standard error; exits with 1 then.
 *
 *   cc -O2 -Wall -Wextra -o load load.c -lzmq -lm
 *   ./load PULL-ENDPOINT OUTPUT-ENDPOINT STREAMS WARM-UP-SAMPLES RATE SECONDS
 *
 * Before that every stream gets its samples of the warm-up as fast as they are answered. The rate is
 * kept whatever the daemon does: a daemon that stands still for 50 ms is seen by every sample of
 * these 50 ms.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

/* Samples of one stream that can be on their way. */
enum { RING = 64, WINDOW = 10000, HIGH_WATER_MARK = 1000000 };

struct stream {
    uint64_t sent, received;
    double time[RING];
};

static struct stream *streams;
static void *feed, *forecasts;
static uint64_t lost;

static double seconds (clockid_t clock)
{
    struct timespec now;
    clock_gettime (clock, &now);
    return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

static void *connected_socket (void *context, int type, const char *endpoint)
{
    void *socket = zmq_socket (context, type);
    int high_water_mark = HIGH_WATER_MARK, linger = 0;
    zmq_setsockopt (socket, ZMQ_SNDHWM, &high_water_mark, sizeof high_water_mark);
    zmq_setsockopt (socket, ZMQ_RCVHWM, &high_water_mark, sizeof high_water_mark);
    zmq_setsockopt (socket, ZMQ_LINGER, &linger, sizeof linger);
    if (type == ZMQ_SUB)
        zmq_setsockopt (socket, ZMQ_SUBSCRIBE, "", 0);
    if (zmq_connect (socket, endpoint) != 0) {
        perror (endpoint);
        exit (2);
    }
    return socket;
}

static void send_sample (long number)
{
    struct stream *stream = streams + number;
    char text[128];
    uint64_t index = stream->sent++;
    double value = (double) (number % 10) + sin ((double) index * 0.26) + (double) (rand () % 1000) / 2000;
    int bytes = snprintf (text, sizeof text, "{\"stream\":\"s%ld\",\"ts\":%llu,\"value\":%.4f}",
                          number, 1763692800ull + index, value);
    stream->time[index % RING] = seconds (CLOCK_MONOTONIC);
    if (zmq_send (feed, text, (size_t) bytes, 0) < 0)
        perror ("sending");
}

/* Takes what has come; returns how much. */
static long take (double wall_offset, int is_noted)
{
    long count = 0;
    char name[64], payload[2048];
    for (;;) {
        int bytes = zmq_recv (forecasts, name, sizeof name - 1, ZMQ_DONTWAIT);
        if (bytes < 0)
            return count;
        int length = zmq_recv (forecasts, payload, sizeof payload - 1, 0);
        if (bytes == 0 || name[0] != 's')
            continue;
        name[bytes < (int) sizeof name ? bytes : (int) sizeof name - 1] = 0;
        payload[length < (int) sizeof payload ? length : (int) sizeof payload - 1] = 0;
        struct stream *stream = streams + atol (name + 1);
        const char *found = strstr (payload, "\"seq\":");
        uint64_t sequence = found ? strtoull (found + 6, NULL, 10) : 0;
        if (sequence != stream->received + 1)
            lost += sequence - stream->received - 1;
        stream->received = sequence;
        count++;
        if (is_noted) {
            double sent = stream->time[(sequence - 1) % RING];
            double record[2] = { sent + wall_offset, seconds (CLOCK_MONOTONIC) - sent };
            fwrite (record, sizeof record, 1, stdout);
        }
    }
}

int main (int argc, char **argv)
{
    if (argc != 7) {
        fprintf (stderr, "usage: load PULL OUTPUT STREAMS WARM-UP RATE SECONDS\n");
        return 2;
    }
    long count = atol (argv[3]), warm_up = atol (argv[4]);
    double rate = atof (argv[5]), duration = atof (argv[6]);
    streams = calloc ((size_t) count, sizeof *streams);
    void *context = zmq_ctx_new ();
    feed = connected_socket (context, ZMQ_PUSH, argv[1]);
    forecasts = connected_socket (context, ZMQ_SUB, argv[2]);

    /* Until the subscription works. */
    char name[64];
    do {
        zmq_send (feed, "{\"stream\":\"probe\",\"value\":1}", 28, 0);
        usleep (20000);
    } while (zmq_recv (forecasts, name, sizeof name, ZMQ_DONTWAIT) < 0);
    zmq_recv (forecasts, name, sizeof name, 0);

    /* Every second stream has one more, since a net is trained with every second sample: not all of
     * them at once. */
    long on_the_way = 0;
    for (long number = 0; number < count * (warm_up + 1); number++) {
        if (number < count && number % 2 == 0)
            continue;
        send_sample (number % count);
        on_the_way++;
        while (on_the_way >= WINDOW || number == count * (warm_up + 1) - 1) {
            on_the_way -= take (0, 0);
            if (on_the_way == 0)
                break;
            usleep (200);
        }
    }

    double offset = seconds (CLOCK_REALTIME) - seconds (CLOCK_MONOTONIC);
    double start = seconds (CLOCK_MONOTONIC), now = start;
    long sent = 0;
    while (now < start + duration) {
        for (long due = (long) ((now - start) * rate); sent < due; sent++)
            send_sample (sent % count);
        take (offset, 1);
        usleep (100);
        now = seconds (CLOCK_MONOTONIC);
    }
    double end = now + 10;
    uint64_t missing = 1;
    while (missing > 0 && seconds (CLOCK_MONOTONIC) < end) {
        take (offset, 1);
        usleep (100);
        missing = 0;
        for (long number = 0; number < count; number++)
            missing += streams[number].sent - streams[number].received;
    }
    fprintf (stderr, "sent %ld, lost %llu\n", sent, (unsigned long long) (lost + missing));
    return lost + missing > 0;
}
