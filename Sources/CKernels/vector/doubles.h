// Vectors of half as many numbers of twice the width.
enum { PAIRS = LANES / 2 };
typedef double doubles __attribute__((vector_size(8 * PAIRS)));
typedef int64_t long_integers __attribute__((vector_size(8 * PAIRS)));
typedef double stored_doubles __attribute__((vector_size(8 * PAIRS), aligned(8), may_alias));

INLINE doubles load_doubles(const double *place) { return *(const stored_doubles *)place; }
INLINE void store_doubles(double *place, doubles x) { *(stored_doubles *)place = x; }
INLINE doubles all_doubles(double x) {
#if LANES == 16
    return (doubles){x, x, x, x, x, x, x, x};
#elif LANES == 8
    return (doubles){x, x, x, x};
#else
    return (doubles){x, x};
#endif
}
INLINE doubles choose_doubles(long_integers mask, doubles a, doubles b) {
    return (doubles)((mask & (long_integers)a) | (~mask & (long_integers)b));
}

// tanh x, |error| < 4e-16: (1 − e)/(1 + e) with e = e^−2|x| = 2ⁿ·eʳ, |r| ≤ ln 2/2, by the first
// terms of the series of eʳ.
INLINE doubles tanh_of_doubles(doubles x) {
    const long_integers sign = (long_integers)all_doubles(-0.0);
    doubles t = (doubles)((long_integers)(x + x) & ~sign);
    t = choose_doubles(t > all_doubles(40), all_doubles(40), t);
    const doubles shift = all_doubles(6755399441055744.0);
    doubles shifted = t * all_doubles(-1.4426950408889634) + shift;
    doubles n = shifted - shift;
    doubles r = -t - n * all_doubles(6.93147180369123816490e-01);
    r -= n * all_doubles(1.90821492927058770002e-10);
    static const double factors[] = {1. / 39916800, 1. / 3628800, 1. / 362880, 1. / 40320,
                                     1. / 5040,     1. / 720,     1. / 120,    1. / 24,
                                     1. / 6,        1. / 2,       1,           1};
    doubles p = all_doubles(1. / 479001600);
    UNROLL for (int k = 0; k < 12; k++) p = p * r + all_doubles(factors[k]);
    doubles e = (doubles)((long_integers)p + ((long_integers)shifted << 52));
    doubles y = (all_doubles(1) - e) / (all_doubles(1) + e);
    return (doubles)((long_integers)y | ((long_integers)x & sign));
}

// In place.
static void tanh_each(double *x, long count) {
    long i = 0;
    for (; i + PAIRS <= count; i += PAIRS)
        store_doubles(x + i, tanh_of_doubles(load_doubles(x + i)));
    if (i == count) return;
    double rest[PAIRS] = {0};
    memcpy(rest, x + i, sizeof(double) * (count - i));
    store_doubles(rest, tanh_of_doubles(load_doubles(rest)));
    memcpy(x + i, rest, sizeof(double) * (count - i));
}

static double dot(const double *x, const double *y, long count) {
    doubles sums[4] = {all_doubles(0), all_doubles(0), all_doubles(0), all_doubles(0)};
    long i = 0;
    for (; i + 4 * PAIRS <= count; i += 4 * PAIRS)
        UNROLL for (int k = 0; k < 4; k++)
            sums[k] += load_doubles(x + i + k * PAIRS) * load_doubles(y + i + k * PAIRS);
    for (; i + PAIRS <= count; i += PAIRS) sums[0] += load_doubles(x + i) * load_doubles(y + i);
    double lanes[PAIRS], sum = 0;
    store_doubles(lanes, (sums[0] + sums[1]) + (sums[2] + sums[3]));
    UNROLL for (int width = PAIRS / 2; width > 0; width /= 2)
        UNROLL for (int lane = 0; lane < width; lane++) lanes[lane] += lanes[lane + width];
    sum = lanes[0];
    for (; i < count; i++) sum += x[i] * y[i];
    return sum;
}
