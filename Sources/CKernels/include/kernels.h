// The vectorised kernels, compiled for several levels of instructions of which one is in use. What
// each computes is defined by the plain loops of the Swift modules Kernels and Networks, which are
// also what runs without kernels. Sums are added in another order here, and levels differ in the
// last bits.
#ifndef FORETIDE_KERNELS_H
#define FORETIDE_KERNELS_H

#include <stdbool.h>

typedef enum { FORETIDE_ELMAN, FORETIDE_GRU, FORETIDE_LSTM, FORETIDE_PEEPHOLE } foretide_cell;
typedef enum {
    FORETIDE_TANH,
    FORETIDE_RELU,
    FORETIDE_SIGMOID,
    FORETIDE_IDENTITY
} foretide_activation;

// A network: one cell with a linear readout, and where its tensors begin in the arena of its
// parameters (`ParameterLayout`).
typedef struct {
    foretide_cell cell;
    foretide_activation activation;  // Elman's
    bool has_bias;
    int inputs;   // I, 512 at most
    int hidden;   // H, 512 at most
    int outputs;  // O
    int gates;    // G: columns of the weights, H for each gate
    int state;    // S: H, or h and c
    int tape;     // P: what a step leaves behind for the way back, H for each gate at least
    long bias, peephole, input_weights, recurrent_weights, readout_weights, readout_bias;
} foretide_network;

// Scalar stands for the Swift loops: it has no kernels.
typedef enum {
    FORETIDE_SCALAR,
    FORETIDE_X86_64_V2,
    FORETIDE_X86_64_V3,
    FORETIDE_X86_64_V4,
    FORETIDE_NEON
} foretide_level;

// Whether this processor has the level's instructions.
bool foretide_supports(foretide_level level);
// The best that it has.
foretide_level foretide_best_level(void);

// The level in use by all of the process: the one that the environment variable FORETIDE_ENGINE_ISA
// names, else the best one, until told otherwise. To be told before anything is computed, for
// results of two levels do not mix. `level`: a supported one.
void foretide_use(foretide_level level);
foretide_level foretide_level_in_use(void);
// Whether there are kernels for it: not for scalar.
bool foretide_has_kernels(void);

// The kernels of the level in use, which must have them. Numbers are float where Swift's generic
// arrays come as plain addresses.

// A window of T steps of B streams of one network, side by side.
//
// parameters, gradients: [parameter count]. inputs: [T, B, I]. factors: [T, B, H], what the readout
// sees h multiplied by, or NULL. states: [T+1, B, S], row 0 the states to begin with. readouts and
// readout_gradients: [T, B, O]. state_gradients: [B, S], of the states to begin with. scratch:
// [foretide_scratch_count]. No two overlap.
typedef struct {
    const void *parameters, *inputs, *factors, *readout_gradients;
    void *states, *readouts, *state_gradients, *gradients, *scratch;
} foretide_window;

// The numbers of a window's scratch memory.
long foretide_scratch_count(const foretide_network *network, long steps, long batch);
// Fills states and readouts, V·h + v, of `count` windows, each with parameters of its own and
// nothing in common with another but what it only reads. They advance in turn, so that one
// computes while another waits; each comes out the same, bit for bit, as by itself and as any row
// of a larger batch.
void foretide_forward(const foretide_network *network, long steps, long batch,
                      const foretide_window *windows, long count);
// Fills gradients and state_gradients, from what `forward` left in the scratch memory and with
// the same parameters.
void foretide_backward(const foretide_network *network, long steps, long batch,
                       const foretide_window *windows, long count);
// The two for one window, from its parts.
static inline void foretide_forward_one(const foretide_network *network, long steps, long batch,
                                        const void *parameters, const void *inputs,
                                        const void *factors, void *states, void *readouts,
                                        void *scratch) {
    const foretide_window window = {.parameters = parameters,
                                    .inputs = inputs,
                                    .factors = factors,
                                    .states = states,
                                    .readouts = readouts,
                                    .scratch = scratch};
    foretide_forward(network, steps, batch, &window, 1);
}

static inline void foretide_backward_one(const foretide_network *network, long steps, long batch,
                                         const void *parameters, const void *inputs,
                                         const void *factors, const void *readout_gradients,
                                         void *state_gradients, void *gradients, void *scratch) {
    const foretide_window window = {.parameters = parameters,
                                    .inputs = inputs,
                                    .factors = factors,
                                    .readout_gradients = readout_gradients,
                                    .state_gradients = state_gradients,
                                    .gradients = gradients,
                                    .scratch = scratch};
    foretide_backward(network, steps, batch, &window, 1);
}

// One step of one stream in place, bit for bit that of a window.
// state: [S], scratch: [foretide_step_scratch_count], readout: [O].
long foretide_step_scratch_count(const foretide_network *network);
void foretide_step(const foretide_network *network, const void *parameters, const void *input,
                   void *state, void *scratch, void *readout);

// Σ x².   x: [count].
float foretide_sum_of_squares(const void *x, long count);
// Adam with the constants of `OptimizerStep.adam`.   p, m, v, g: [count].
void foretide_adam(void *p, void *m, void *v, const void *g, long count, float decay, float beta1,
                   float beta2, float size, float unbias, float epsilon);

// A symmetric P [d, d] lies in blocks of 16: row i has the columns 0 ..< ⌈(i + 1)/16⌉·16, and the
// rows are filled up to a multiple of 4. Rows of f and h, of which there are 4, are filled up to
// ⌈d/16⌉·16 numbers. What fills is 0.
enum { FORETIDE_BLOCK = 16, FORETIDE_RANK = 4 };
static inline long foretide_padded(long d) {
    return (d + FORETIDE_BLOCK - 1) / FORETIDE_BLOCK * FORETIDE_BLOCK;
}
// h ← P·f for each row of f.
void foretide_multiply_symmetric(const void *p, const void *f, void *h, long d);
// h_k ← h_k + Σ c_j·(h_j·f_k)·h_j over the rows j before k.   overlaps: [k + 2], h_j·f_k for
// j ≤ k, with the new h_k, and h_k·h_k; c: [4].
void foretide_complete_product(void *h, const void *f, const void *c, long k, long d,
                               void *overlaps);
// P ← (P + Σ c_k·h_k·h_kᵀ)·scale.   c: [4].
void foretide_update_symmetric(void *p, const void *h, const void *c, float scale, long d);

// x ← tanh x, |error| < 4e-16.   x: [count].
void foretide_tanh_each(double *x, long count);
// Σ x·y.   x, y: [count].
double foretide_dot(const double *x, const double *y, long count);
// The transform X[k] = Σ x[n]·e^(−2πi·k·n/length), 0 ≤ k ≤ length/2, of real numbers.   length: a
// power of two, 128 at least; cosines, sines: of π·k/size at size + k for every power of two
// `size` up to length/2 and k < size; re, im: [length/2], scratch; out_re, out_im: [length/2 + 1].
void foretide_fourier(const double *x, long length, const double *cosines, const double *sines,
                      double *re, double *im, double *out_re, double *out_im);

// D ← decay·D + min(((newest − past)·scale)², largest).   D, past: [count]. Returns the smallest D
// of the first `compared`, infinity for none.
float foretide_add_distances(float *distances, const float *past, long count, float newest,
                             float scale, float decay, float largest, long compared);
// sums: Σ w, Σ w·a, Σ w·b with w = max(0, 1 − (D − least)·slope)⁸.   D, a, b: [count].
void foretide_weighted_sums(const float *distances, float least, float slope, const float *a,
                            const float *b, long count, float *sums);

// Multiplies and adds in registers only, as fast as the level can: `foretide bench` measures the
// processor's peak by it. Returns the floating-point operations that were done, and a number that
// depends on all of them.
long foretide_multiply_adds(long rounds, float factor, float term, float *result);

#endif
