// Times updates and steps of small networks on every level of instructions that the processor has.
//
//     make -C Benchmarks/kernels [ARGUMENTS="level cell hidden"]
//
// An update is forward over T samples, the gradient of the squared error at every step, backward,
// the norm of the gradients and Adam, all in the cache. `streams` has several networks of their own
// in one call. GFLOP/s count the arithmetic that the definition needs, 2 for a product with its
// sum; the share is of one core's FMA peak in the best instructions it has, measured between the
// rounds.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CKernels.h"

enum { ROUNDS = 201, STREAMS = 8 };
static const char *const levels[] = {"scalar", "x86-64-v2", "x86-64-v3", "x86-64-v4", "neon"};
static const char *const cells[] = {"elman", "gru", "lstm", "peephole"};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + 1e-9 * time.tv_nsec;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// The peak of a level in GFLOP/s.
static double peak(foretide_level level) {
    const foretide_level measured = foretide_level_in_use();
    float result;
    foretide_use(level);
    double start = now();
    long done = foretide_multiply_adds(5000, 0.5f, 1, &result);
    double rate = done / (now() - start) / 1e9;
    foretide_use(measured);
    return rate;
}

typedef struct {
    foretide_cell cell;
    int hidden, inputs, window, batch, streams;
} workload;

static const workload workloads[] = {
    {FORETIDE_GRU, 24, 13, 16, 1, 1}, {FORETIDE_GRU, 24, 13, 16, 1, 4},
    {FORETIDE_ELMAN, 32, 1, 32, 1, 1}, {FORETIDE_LSTM, 32, 1, 32, 1, 1},
    {FORETIDE_PEEPHOLE, 32, 1, 32, 1, 1}, {FORETIDE_GRU, 16, 1, 32, 1, 1},
    {FORETIDE_GRU, 16, 1, 32, 1, 2}, {FORETIDE_GRU, 16, 1, 32, 1, 4},
    {FORETIDE_GRU, 16, 1, 32, 1, 8}, {FORETIDE_GRU, 32, 1, 32, 1, 1},
    {FORETIDE_GRU, 32, 1, 32, 1, 2}, {FORETIDE_GRU, 32, 1, 32, 1, 4},
    {FORETIDE_GRU, 32, 1, 32, 8, 1}, {FORETIDE_GRU, 64, 1, 32, 1, 1},
    {FORETIDE_GRU, 64, 1, 32, 8, 1}, {FORETIDE_GRU, 128, 1, 32, 1, 1},
    {FORETIDE_GRU, 128, 1, 32, 8, 1}, {FORETIDE_LSTM, 32, 1, 32, 8, 1},
    {FORETIDE_GRU, 20, 3, 32, 1, 1},
};

static foretide_network network_of(const workload *work) {
    static const int gates[] = {1, 3, 4, 4}, tapes[] = {1, 4, 5, 5}, states[] = {1, 1, 2, 2};
    const int h = work->hidden, i = work->inputs;
    foretide_network net = {.cell = work->cell, .has_bias = true, .inputs = i, .hidden = h,
                            .outputs = 1};
    net.gates = gates[net.cell] * h;
    net.tape = tapes[net.cell] * h;
    net.state = states[net.cell] * h;
    net.peephole = net.cell == FORETIDE_ELMAN ? h : 4 * h;
    net.input_weights = net.peephole + (net.cell == FORETIDE_PEEPHOLE ? 3 * h : 0);
    net.recurrent_weights = net.input_weights + i * net.gates;
    net.readout_weights = net.recurrent_weights + h * net.gates;
    net.readout_bias = net.readout_weights + h;
    return net;
}

static float *numbers(long count, float size) {
    float *place = calloc(count + 16, sizeof(float));
    for (long i = 0; i < count; i++) place[i] = (2.0f * rand() / (float)RAND_MAX - 1) * size;
    return place;
}

typedef struct {
    foretide_window window;
    float *p, *m, *v, *dy, *targets;
} stream;

static void update(const foretide_network *net, const workload *work, stream *streams, long count,
                   long parameters) {
    foretide_window windows[STREAMS];
    const long rows = work->window * work->batch;
    for (long i = 0; i < count; i++) windows[i] = streams[i].window;
    foretide_forward(net, work->window, work->batch, windows, count);
    for (long i = 0; i < count; i++) {
        const float *y = windows[i].readouts;
        for (long row = 0; row < rows; row++)
            streams[i].dy[row] = (y[row] - streams[i].targets[row]) * (2.0f / rows);
    }
    foretide_backward(net, work->window, work->batch, windows, count);
    for (long i = 0; i < count; i++) {
        float norm = sqrtf(foretide_sum_of_squares(windows[i].gradients, parameters));
        foretide_adam(streams[i].p, streams[i].m, streams[i].v, windows[i].gradients, parameters,
                      0, 0.9f, 0.999f, norm > 1 ? 1e-3f / norm : 1e-3f, 1, 1e-8f);
    }
}

static void time_workload(const workload *work) {
    const foretide_network net = network_of(work);
    const long rows = work->window * work->batch, parameters = net.readout_bias + 1;
    stream streams[STREAMS];
    for (int i = 0; i < work->streams; i++) {
        stream *s = &streams[i];
        s->p = numbers(parameters, 1 / sqrtf(work->hidden));
        s->m = numbers(parameters, 0);
        s->v = numbers(parameters, 0);
        s->dy = numbers(rows, 0);
        s->targets = numbers(rows, 1);
        s->window = (foretide_window){
            s->p, numbers(rows * work->inputs, 1), NULL, s->dy,
            numbers((rows + work->batch) * net.state, 0), numbers(rows, 0),
            numbers(work->batch * net.state, 0), numbers(parameters, 0),
            numbers(foretide_scratch_count(&net, work->window, work->batch), 0)};
    }
    const double flops =
        work->streams * (rows * (2.0 * net.gates * (3 * net.hidden + 2 * net.inputs) +
                                 6.0 * net.hidden) + 12.0 * parameters);
    const int repetitions = 1 + 1e6 / flops;
    double times[ROUNDS], steps[ROUNDS], best = 0;
    float *scratch = numbers(foretide_step_scratch_count(&net), 0), y;
    float *state = numbers(net.state, 0);
    for (int round = 0; round < ROUNDS; round++) {
        double fastest = peak(foretide_best_level());
        if (fastest > best) best = fastest;
        double start = now();
        for (int i = 0; i < repetitions; i++)
            update(&net, work, streams, work->streams, parameters);
        times[round] = (now() - start) / repetitions;
        start = now();
        for (int i = 0; i < 100; i++)
            foretide_step(&net, streams[0].p, streams[0].window.inputs, state, scratch, &y);
        steps[round] = (now() - start) / 100;
    }
    qsort(times, ROUNDS, sizeof *times, compare);
    qsort(steps, ROUNDS, sizeof *steps, compare);
    const double median = times[ROUNDS / 2], least = times[0];
    printf("%-9s %-8s H %3d I %2d T %2d B %d streams %d: median %7.2f us, min %7.2f us a stream, "
           "%5.1f GFLOP/s, %4.1f %% (min %4.1f %%) of %5.1f; step %4.0f ns\n",
           levels[foretide_level_in_use()], cells[work->cell], work->hidden, work->inputs,
           work->window, work->batch, work->streams, median * 1e6 / work->streams,
           least * 1e6 / work->streams, flops / median / 1e9, flops / median / 1e7 / best,
           flops / least / 1e7 / best, best, steps[0] * 1e9);
}

int main(int count, char **arguments) {
    for (foretide_level level = FORETIDE_NEON; level > FORETIDE_SCALAR; level--) {
        if (!foretide_supports(level)) continue;
        if (count > 1 && strcmp(arguments[1], levels[level]) != 0) continue;
        foretide_use(level);
        for (size_t i = 0; i < sizeof workloads / sizeof *workloads; i++)
            if ((count < 3 || strcmp(arguments[2], cells[workloads[i].cell]) == 0) &&
                (count < 4 || atoi(arguments[3]) == workloads[i].hidden))
                time_workload(&workloads[i]);
    }
}
