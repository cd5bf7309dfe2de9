// A vector of floats as wide as the level's registers, or as two of them, and the elementary
// functions on it. LANES is how many there are.

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

// LANES floats side by side: the level's own width. Counts are multiples of 8, so that only the
// levels of 16 lanes meet a part of a vector; `part` says which lanes are meant.
typedef float floats __attribute__((vector_size(4 * LANES)));
typedef int32_t integers __attribute__((vector_size(4 * LANES)));
// As they lie in memory, at any address.
typedef float stored __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

INLINE floats all(float x) {
#if LANES == 16
    return (floats){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
#else
    return (floats){x, x, x, x, x, x, x, x};
#endif
}

#if LANES == 16
typedef __mmask16 part;
INLINE part first(long count) { return count >= LANES ? 0xffff : (part)((1u << count) - 1); }
// Lanes outside of the part are 0.
INLINE floats load(part lanes, const float *place) {
    return (floats)_mm512_maskz_loadu_ps(lanes, place);
}
INLINE void store(part lanes, float *place, floats x) {
    _mm512_mask_storeu_ps(place, lanes, (__m512)x);
}
#else
typedef int part;
INLINE part first(long count) { return (void)count, LANES; }
INLINE floats load(part lanes, const float *place) {
    return (void)lanes, *(const stored *)place;
}
INLINE void store(part lanes, float *place, floats x) {
    (void)lanes, *(stored *)place = x;
}
#endif
// Every lane.
INLINE floats load_all(const float *place) { return *(const stored *)place; }
INLINE void store_all(float *place, floats x) { *(stored *)place = x; }

// Runs what follows for j = 0, LANES, … below `count`; `lanes` is the part that is left at j.
#define EACH_UNIT(count)                                                                        \
    for (part lanes, j_ = 0; !j_; j_ = 1)                                                       \
        for (long j = 0; lanes = first((count) - j), j < (count); j += LANES)

// a where the mask is set, b elsewhere.
INLINE floats choose(integers mask, floats a, floats b) {
    return (floats)((mask & (integers)a) | (~mask & (integers)b));
}

// A NaN stays.
INLINE floats clamp(floats x, float limit) {
    x = choose(x > all(limit), all(limit), x);
    return choose(x < all(-limit), all(-limit), x);
}

// a·b + c, in one rounding where the level has it.
INLINE floats add_product(floats a, floats b, floats c) { return a * b + c; }

// The sum of all lanes, halves first.
INLINE float sum(floats x) {
    float lanes[LANES];
    store_all(lanes, x);
    UNROLL for (int width = LANES / 2; width > 0; width /= 2)
        UNROLL for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
    return lanes[0];
}

// tanh x as a quotient of polynomials of degrees 13 and 6 (Eigen's), |error| < 3e-7.
INLINE floats tanh_of(floats unclamped) {
    floats x = clamp(unclamped, 7.90531110763549805f);
    floats s = x * x;
    floats p = add_product(s, all(-2.76076847742355e-16f), all(2.00018790482477e-13f));
    p = add_product(p, s, all(-8.60467152213735e-11f));
    p = add_product(p, s, all(5.12229709037114e-08f));
    p = add_product(p, s, all(1.48572235717979e-05f));
    p = add_product(p, s, all(6.37261928875436e-04f));
    p = add_product(p, s, all(4.89352455891786e-03f));
    floats q = add_product(s, all(1.19825839466702e-06f), all(1.18534705686654e-04f));
    q = add_product(q, s, all(2.26843463243900e-03f));
    q = add_product(q, s, all(4.89352518554385e-03f));
    return x * p / q;
}

// 1/(1 + e⁻ˣ), |error| < 1e-7: e⁻ˣ = 2ⁿ·2ᶠ, |f| ≤ ½, with a polynomial for 2ᶠ.
INLINE floats sigmoid_of(floats x) {
    floats t = clamp(x * all(-1.44269504f), 126);
    floats shifted = t + all(12582912);
    integers n = (integers)shifted;
    floats f = t - (shifted - all(12582912));
    floats p = add_product(f, all(1.535336188319500e-4f), all(1.339887440266574e-3f));
    p = add_product(p, f, all(9.618437357674640e-3f));
    p = add_product(p, f, all(5.550332471162809e-2f));
    p = add_product(p, f, all(2.402264791363012e-1f));
    p = add_product(p, f, all(6.931472028550421e-1f));
    p = add_product(p, f, all(1));
    floats e = (floats)((integers)p + (n << 23));
    // t·0 keeps a NaN one.
    return add_product(t, all(0), all(1) / (all(1) + e));
}
