// Which level of instructions the kernels run on.
#include "CKernels.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "vector/tables.h"

bool foretide_supports(foretide_level level) {
    switch (level) {
    case FORETIDE_SCALAR: return true;
#if defined(__x86_64__)
    case FORETIDE_X86_64_V2: return __builtin_cpu_supports("x86-64-v2");
    case FORETIDE_X86_64_V3: return __builtin_cpu_supports("x86-64-v3");
    case FORETIDE_X86_64_V4: return __builtin_cpu_supports("x86-64-v4");
#elif defined(__aarch64__)
    case FORETIDE_NEON: return true;
#endif
    default: return false;
    }
}

foretide_level foretide_best_level(void) {
    for (foretide_level level = FORETIDE_NEON; level > FORETIDE_SCALAR; level--)
        if (foretide_supports(level)) return level;
    return FORETIDE_SCALAR;
}

static const foretide_kernels *table(foretide_level level) {
    switch (level) {
#if defined(__x86_64__)
    case FORETIDE_X86_64_V2: return &foretide_x86_64_v2;
    case FORETIDE_X86_64_V3: return &foretide_x86_64_v3;
    case FORETIDE_X86_64_V4: return &foretide_x86_64_v4;
#elif defined(__aarch64__)
    case FORETIDE_NEON: return &foretide_neon;
#endif
    default: return NULL;
    }
}

static _Atomic(foretide_level) in_use;
static _Atomic(const foretide_kernels *) kernels_in_use;

static foretide_level level_named(const char *name) {
    static const char *const names[] = {"scalar", "x86-64-v2", "x86-64-v3", "x86-64-v4", "neon"};
    for (foretide_level level = FORETIDE_SCALAR; level <= FORETIDE_NEON; level++)
        if (name && strcmp(name, names[level]) == 0 && foretide_supports(level)) return level;
    return foretide_best_level();
}

// Numbers too small to be normal are 0, in every thread that the first one leads to: arithmetic on
// them takes a hundred times as long, and a sensor that has gone silent leads to many.
__attribute__((constructor)) static void flush_denormals(void) {
#if defined(__x86_64__)
    enum { FLUSH_RESULTS = 0x8000, OPERANDS_ARE_ZERO = 0x40 };
    _mm_setcsr(_mm_getcsr() | FLUSH_RESULTS | OPERANDS_ARE_ZERO);
#elif defined(__aarch64__)
    unsigned long control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(control | 1ul << 24));
#endif
}

// Before main, so that tests run on any level without a word of theirs. The program reads the
// variable with all other settings again, and complains of what is no level.
__attribute__((constructor)) static void choose(void) {
    foretide_use(level_named(getenv("FORETIDE_ENGINE_ISA")));
}

void foretide_use(foretide_level level) {
    atomic_store_explicit(&in_use, level, memory_order_relaxed);
    atomic_store_explicit(&kernels_in_use, table(level), memory_order_relaxed);
}

foretide_level foretide_level_in_use(void) {
    return atomic_load_explicit(&in_use, memory_order_relaxed);
}

static const foretide_kernels *kernels(void) {
    return atomic_load_explicit(&kernels_in_use, memory_order_relaxed);
}

bool foretide_has_kernels(void) { return kernels() != NULL; }

long foretide_scratch_count(const foretide_network *network, long steps, long batch) {
    return kernels()->scratch_count(network, steps, batch);
}

void foretide_forward(const foretide_network *network, long steps, long batch,
                      const foretide_window *windows, long count) {
    kernels()->forward(network, steps, batch, windows, count);
}

void foretide_backward(const foretide_network *network, long steps, long batch,
                       const foretide_window *windows, long count) {
    kernels()->backward(network, steps, batch, windows, count);
}

long foretide_step_scratch_count(const foretide_network *network) {
    return kernels()->step_scratch_count(network);
}

void foretide_step(const foretide_network *network, const void *parameters, const void *input,
                   void *state, void *scratch, void *readout) {
    kernels()->step(network, parameters, input, state, scratch, readout);
}

float foretide_sum_of_squares(const void *x, long count) {
    return kernels()->sum_of_squares(x, count);
}

void foretide_adam(void *p, void *m, void *v, const void *g, long count, float decay, float beta1,
                   float beta2, float size, float unbias, float epsilon) {
    kernels()->adam(p, m, v, g, count, decay, beta1, beta2, size, unbias, epsilon);
}

void foretide_multiply_symmetric(const void *p, const void *f, void *h, long d) {
    kernels()->multiply_symmetric(p, f, h, d);
}

void foretide_complete_product(void *h, const void *f, const void *c, long k, long d,
                               void *overlaps) {
    kernels()->complete_product(h, f, c, k, d, overlaps);
}

void foretide_update_symmetric(void *p, const void *h, const void *c, float scale, long d) {
    kernels()->update_symmetric(p, h, c, scale, d);
}

void foretide_tanh_each(double *x, long count) { kernels()->tanh(x, count); }

double foretide_dot(const double *x, const double *y, long count) {
    return kernels()->dot(x, y, count);
}

void foretide_fourier(const double *x, long length, const double *cosines, const double *sines,
                      double *re, double *im, double *out_re, double *out_im) {
    kernels()->fourier(x, length, cosines, sines, re, im, out_re, out_im);
}

float foretide_add_distances(float *distances, const float *past, long count, float newest,
                             float scale, float decay, float largest, long compared) {
    return kernels()->add_distances(distances, past, count, newest, scale, decay, largest,
                                    compared);
}

void foretide_weighted_sums(const float *distances, float least, float slope, const float *a,
                            const float *b, long count, float *sums) {
    kernels()->weighted_sums(distances, least, slope, a, b, count, sums);
}

long foretide_multiply_adds(long rounds, float factor, float term, float *result) {
    return kernels()->multiply_adds(rounds, factor, term, result);
}
