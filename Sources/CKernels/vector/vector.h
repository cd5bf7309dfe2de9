// A vector of floats as wide as the level's registers, and the elementary functions on it. LANES is
// how many there are: 4, 8 or 16.

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

typedef float floats __attribute__((vector_size(4 * LANES)));
typedef int32_t integers __attribute__((vector_size(4 * LANES)));
// As they lie in memory, at any address.
typedef float stored __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef float four __attribute__((vector_size(16), aligned(4), may_alias));

INLINE floats all(float x) {
#if LANES == 16
    return (floats){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
#elif LANES == 8
    return (floats){x, x, x, x, x, x, x, x};
#else
    return (floats){x, x, x, x};
#endif
}

// Every lane.
INLINE floats load_all(const float *place) { return *(const stored *)place; }
INLINE void store_all(float *place, floats x) { *(stored *)place = x; }

// The first lanes of a vector. A load of a part leaves the other lanes 0, and touches no memory of
// theirs; neither does a store.
#if LANES == 16
typedef __mmask16 part;
INLINE part first(long count) { return count >= LANES ? 0xffff : (part)((1u << count) - 1); }
INLINE floats load(part lanes, const float *place) {
    return (floats)_mm512_maskz_loadu_ps(lanes, place);
}
INLINE void store(part lanes, float *place, floats x) {
    _mm512_mask_storeu_ps(place, lanes, (__m512)x);
}
#elif defined(MASKED_BY_AVX2)
typedef integers part;
INLINE part first(long count) {
    return (integers){0, 1, 2, 3, 4, 5, 6, 7} < (int32_t)(count < LANES ? count : LANES);
}
INLINE floats load(part lanes, const float *place) {
    return (floats)_mm256_maskload_ps(place, (__m256i)lanes);
}
INLINE void store(part lanes, float *place, floats x) {
    _mm256_maskstore_ps(place, (__m256i)lanes, (__m256)x);
}
#else
typedef long part;
INLINE part first(long count) { return count; }
INLINE floats load(part lanes, const float *place) {
    if (lanes >= LANES) return load_all(place);
    float numbers[LANES] = {0};
    for (int lane = 0; lane < LANES; lane++)
        if (lane < lanes) numbers[lane] = place[lane];
    return load_all(numbers);
}
INLINE void store(part lanes, float *place, floats x) {
    if (lanes >= LANES) return store_all(place, x);
    for (int lane = 0; lane < LANES; lane++)
        if (lane < lanes) place[lane] = x[lane];
}
#endif

// In every four lanes: the lanes i and j of a's four, then k and l of b's.
#define FOUR_(four, i, j, k, l)                                                                 \
    4 * (four) + (i), 4 * (four) + (j), LANES + 4 * (four) + (k), LANES + 4 * (four) + (l)
#if LANES == 16
#define IN_FOURS(a, b, i, j, k, l)                                                              \
    __builtin_shufflevector(a, b, FOUR_(0, i, j, k, l), FOUR_(1, i, j, k, l),                   \
                            FOUR_(2, i, j, k, l), FOUR_(3, i, j, k, l))
#elif LANES == 8
#define IN_FOURS(a, b, i, j, k, l)                                                              \
    __builtin_shufflevector(a, b, FOUR_(0, i, j, k, l), FOUR_(1, i, j, k, l))
#else
#define IN_FOURS(a, b, i, j, k, l) __builtin_shufflevector(a, b, FOUR_(0, i, j, k, l))
#endif

#if LANES == 16
// The fours of lanes i and j of a, then those of b.
#define HALVES(a, b, i, j)                                                                      \
    __builtin_shufflevector(a, b, 4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3, 4 * j, 4 * j + 1,     \
                            4 * j + 2, 4 * j + 3, 16 + 4 * i, 17 + 4 * i, 18 + 4 * i,           \
                            19 + 4 * i, 16 + 4 * j, 17 + 4 * j, 18 + 4 * j, 19 + 4 * j)
#endif

// Four numbers, again and again.
INLINE floats load_four(const float *place) {
    four x = *(const four *)place;
#if LANES == 16
    return __builtin_shufflevector(x, x, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
#elif LANES == 8
    return __builtin_shufflevector(x, x, 0, 1, 2, 3, 0, 1, 2, 3);
#else
    return x;
#endif
}

// a where the mask is set, b elsewhere.
INLINE floats choose(integers mask, floats a, floats b) {
    return (floats)((mask & (integers)a) | (~mask & (integers)b));
}

// A NaN stays.
INLINE floats clamp(floats x, float limit) {
    x = choose(x > all(limit), all(limit), x);
    return choose(x < all(-limit), all(-limit), x);
}

// a·b + c, in one rounding where the level has it. In the nets nothing else is rounded once for
// twice, so that the same numbers come from wherever a function is inlined.
INLINE floats fused(floats a, floats b, floats c) {
#ifdef HAS_FMA
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

// The sums of every four lanes of a, b, c and d, in turn.
INLINE floats sums_in_fours(floats a, floats b, floats c, floats d) {
    floats ab = IN_FOURS(a, b, 0, 2, 0, 2) + IN_FOURS(a, b, 1, 3, 1, 3);
    floats cd = IN_FOURS(c, d, 0, 2, 0, 2) + IN_FOURS(c, d, 1, 3, 1, 3);
    return IN_FOURS(ab, cd, 0, 2, 0, 2) + IN_FOURS(ab, cd, 1, 3, 1, 3);
}

// The sums of all lanes of a, b, c and d, in the first four lanes.
INLINE floats sums_of(floats a, floats b, floats c, floats d) {
    floats fours = sums_in_fours(a, b, c, d);
#if LANES == 16
    fours += HALVES(fours, fours, 2, 3);
    fours += HALVES(fours, fours, 1, 0);
#elif LANES == 8
    fours += __builtin_shufflevector(fours, fours, 4, 5, 6, 7, 0, 1, 2, 3);
#endif
    return fours;
}

// The sum of all lanes, halves first.
INLINE float sum(floats x) {
    float lanes[LANES];
    store_all(lanes, x);
    UNROLL for (int width = LANES / 2; width > 0; width /= 2)
        UNROLL for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
    return lanes[0];
}

// tanh x as a quotient of polynomials of degrees 9 and 8 (Eigen's), |error| < 3.3e-7. The terms of
// a polynomial are added in pairs, which takes half as long as one after the other (Estrin).
INLINE floats tanh_of(floats unclamped) {
    // Beyond 8.018 the quotient leaves 1. s is clamped by itself, so that it waits for nobody.
    floats x = clamp(unclamped, 8.01773357f);
    floats s = unclamped * unclamped;
    s = choose(s > all(64.2840517f), all(64.2840517f), s);
    floats s2 = s * s;
    floats p01 = fused(s, all(1.340216100e-1f), all(1));
    floats p23 = fused(s, all(2.102733560e-5f), all(3.520756727e-3f));
    floats p = fused(s2, fused(s2, all(1.394553628e-8f), p23), p01);
    floats q01 = fused(s, all(4.673548340e-1f), all(1));
    floats q23 = fused(s, all(3.326951409e-4f), all(2.597254514e-2f));
    floats q = fused(s2, fused(s2, all(8.015776984e-7f), q23), q01);
    return x * p / q;
}

// t = n + f where n is whole and |f| ≤ ½: what 2ᵗ can be of in single precision, f, and p·2ⁿ.
#if LANES == 16
// Of an infinite number f is 0; 2ⁿ overflows and underflows as it should.
INLINE floats exponent(floats t) { return t; }
INLINE floats fraction(floats t) { return (floats)_mm512_reduce_ps((__m512)t, 8); }
INLINE floats scaled(floats p, floats n) {
    return (floats)_mm512_scalef_ps((__m512)p, (__m512)n);
}
#else
INLINE floats exponent(floats t) { return clamp(t, 126); }
INLINE floats fraction(floats t) { return t - ((t + all(12582912)) - all(12582912)); }
INLINE floats scaled(floats p, floats n) {
    return p * (floats)(((integers)(n + all(12582912)) << 23) + (integers)all(1));
}
#endif

// 1/(1 + e⁻ˣ), |error| < 1.1e-7: e⁻ˣ = 2ⁿ·2ᶠ, |f| ≤ ½, with a polynomial for 2ᶠ. A NaN stays.
INLINE floats sigmoid_of(floats x) {
    floats t = exponent(x * all(-1.44269504f)), f = fraction(t), f2 = f * f;
    floats p01 = fused(f, all(0.6931469775f), all(1));
    floats p23 = fused(f, all(0.05550733833f), all(0.2402224204f));
    floats p45 = fused(f, all(0.001326470029f), all(0.009671514536f));
    floats p = fused(f2, fused(f2, p45, p23), p01);
    return all(1) / (all(1) + scaled(p, t - f));
}
