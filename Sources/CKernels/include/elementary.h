// The C library's elementary functions, the only ones that the Swift core uses.
// Static inline, so that a call from Swift is a plain call of libm.
#ifndef FORETIDE_ELEMENTARY_H
#define FORETIDE_ELEMENTARY_H

#include <math.h>

static inline float foretide_tanhf(float x) { return tanhf(x); }
static inline double foretide_tanh(double x) { return tanh(x); }
static inline float foretide_expf(float x) { return expf(x); }
static inline double foretide_exp(double x) { return exp(x); }
static inline float foretide_logf(float x) { return logf(x); }
static inline double foretide_log(double x) { return log(x); }
static inline float foretide_sinf(float x) { return sinf(x); }
static inline double foretide_sin(double x) { return sin(x); }
static inline float foretide_cosf(float x) { return cosf(x); }
static inline double foretide_cos(double x) { return cos(x); }

#endif
