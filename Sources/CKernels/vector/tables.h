// The tables of all levels, each defined by the file of its name. kernels.h has what they do.
#include "../include/kernels.h"
#include "../include/prefetch.h"

typedef struct {
    void (*forward)(const foretide_network *, long steps, long batch, const foretide_window *,
                    long count);
    void (*backward)(const foretide_network *, long steps, long batch, const foretide_window *,
                     long count);
    long (*scratch_count)(const foretide_network *, long steps, long batch);
    void (*step)(const foretide_network *, const float *parameters, const float *input,
                 float *state, float *scratch, float *readout);
    long (*step_scratch_count)(const foretide_network *);
    float (*sum_of_squares)(const float *x, long count);
    void (*adam)(float *p, float *m, float *v, const float *g, long count, float decay,
                 float beta1, float beta2, float size, float unbias, float epsilon);
    void (*multiply_symmetric)(const float *p, const float *f, float *h, long d);
    void (*complete_product)(float *h, const float *f, const float *c, long k, long d,
                             float *overlaps);
    void (*update_symmetric)(float *p, const float *h, const float *c, float scale, long d);
    void (*tanh)(double *x, long count);
    double (*dot)(const double *x, const double *y, long count);
    void (*fourier)(const double *x, long length, const double *cosines, const double *sines,
                    double *re, double *im, double *out_re, double *out_im);
    float (*add_distances)(float *distances, const float *past, long count, float newest,
                           float scale, float decay, float largest, long compared);
    void (*weighted_sums)(const float *distances, float least, float slope, const float *a,
                          const float *b, long count, float *sums);
    long (*multiply_adds)(long rounds, float factor, float term, float *result);
} foretide_kernels;

#if defined(__x86_64__)
extern const foretide_kernels foretide_x86_64_v2, foretide_x86_64_v3, foretide_x86_64_v4;
#elif defined(__aarch64__)
extern const foretide_kernels foretide_neon;
#endif
