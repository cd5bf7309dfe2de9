// The transform of `RealFourierTransform`, radix 2 in time but for its first three stages, which
// are done together on eight rows of the input: there vectors lie along a row, where the stages'
// own vectors would be shorter than one.

// The even or odd ones of 2·PAIRS numbers, and all in the opposite order.
#if LANES == 16
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#define REVERSED(a) __builtin_shufflevector(a, a, 7, 6, 5, 4, 3, 2, 1, 0)
#elif LANES == 8
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7)
#define REVERSED(a) __builtin_shufflevector(a, a, 3, 2, 1, 0)
#else
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 3)
#define REVERSED(a) __builtin_shufflevector(a, a, 1, 0)
#endif

INLINE long reversed_bits(long number, int bits) {
    long result = 0;
    for (int bit = 0; bit < bits; bit++) result |= (number >> bit & 1) << (bits - 1 - bit);
    return result;
}

// (a, b) ← (a + w·b, a − w·b) with w = c − i·s.
INLINE void butterfly(doubles *a_re, doubles *a_im, doubles *b_re, doubles *b_im, doubles c,
                      doubles s) {
    doubles re = c * *b_re + s * *b_im, im = c * *b_im - s * *b_re;
    *b_re = *a_re - re;
    *b_im = *a_im - im;
    *a_re += re;
    *a_im += im;
}

// The first three stages of `half` complex numbers, 8·PAIRS at least, into bit-reversed groups of
// eight.   x: [2·half], interleaved; re, im: [half].
INLINE void fourier_start(const double *x, long half, double *re, double *im) {
    static const int row_of[8] = {0, 4, 2, 6, 1, 5, 3, 7};
    const double diagonal = 0.70710678118654752;
    const doubles one = all_doubles(1), zero = all_doubles(0);
    const doubles cosines[4] = {one, all_doubles(diagonal), zero, all_doubles(-diagonal)};
    const doubles sines[4] = {zero, all_doubles(diagonal), one, all_doubles(diagonal)};
    long rows = half / 8;
    int bits = __builtin_ctzl(rows);
    for (long h = 0; h < rows; h += PAIRS) {
        doubles a[8], b[8];
        UNROLL for (int r = 0; r < 8; r++) {
            const double *from = x + 2 * (row_of[r] * rows + h);
            doubles low = load_doubles(from), high = load_doubles(from + PAIRS);
            a[r] = EVEN(low, high);
            b[r] = ODD(low, high);
        }
        UNROLL for (int r = 0; r < 8; r += 2)
            butterfly(&a[r], &b[r], &a[r + 1], &b[r + 1], one, zero);
        UNROLL for (int r = 0; r < 8; r += 4)
            UNROLL for (int k = 0; k < 2; k++)
                butterfly(&a[r + k], &b[r + k], &a[r + k + 2], &b[r + k + 2], cosines[2 * k],
                          sines[2 * k]);
        UNROLL for (int k = 0; k < 4; k++)
            butterfly(&a[k], &b[k], &a[k + 4], &b[k + 4], cosines[k], sines[k]);
        double turned[2][8][PAIRS];
        UNROLL for (int r = 0; r < 8; r++) {
            store_doubles(turned[0][r], a[r]);
            store_doubles(turned[1][r], b[r]);
        }
        for (int lane = 0; lane < PAIRS; lane++) {
            long group = 8 * reversed_bits(h + lane, bits);
            UNROLL for (int r = 0; r < 8; r++) {
                re[group + r] = turned[0][r][lane];
                im[group + r] = turned[1][r][lane];
            }
        }
    }
}

// X from Z: see `RealFourierTransform.separate`.
INLINE void fourier_separate(long half, const double *cosines, const double *sines,
                             const double *re, const double *im, double *out_re, double *out_im) {
    out_re[0] = re[0] + im[0];
    out_re[half] = re[0] - im[0];
    out_im[0] = out_im[half] = 0;
    const doubles middle = all_doubles(0.5);
    for (long k = 1; k < half; k += PAIRS) {
        // The last vector goes over some numbers again.
        if (k > half - PAIRS) k = half - PAIRS;
        doubles a = load_doubles(re + k), b = load_doubles(im + k);
        doubles far_a = load_doubles(re + half - k - PAIRS + 1);
        doubles far_b = load_doubles(im + half - k - PAIRS + 1);
        far_a = REVERSED(far_a);
        far_b = REVERSED(far_b);
        doubles even_re = (a + far_a) * middle, even_im = (b - far_b) * middle;
        doubles odd_re = (b + far_b) * middle, odd_im = (far_a - a) * middle;
        doubles c = load_doubles(cosines + half + k), s = load_doubles(sines + half + k);
        store_doubles(out_re + k, even_re + c * odd_re + s * odd_im);
        store_doubles(out_im + k, even_im + c * odd_im - s * odd_re);
    }
}

static void fourier(const double *x, long length, const double *cosines, const double *sines,
                    double *re, double *im, double *out_re, double *out_im) {
    long half = length / 2;
    fourier_start(x, half, re, im);
    for (long size = 8; size < half; size *= 2)
        for (long start = 0; start < half; start += 2 * size)
            for (long k = 0; k < size; k += PAIRS) {
                double *lower_re = re + start + k, *lower_im = im + start + k;
                doubles a = load_doubles(lower_re), b = load_doubles(lower_im);
                doubles u = load_doubles(lower_re + size), v = load_doubles(lower_im + size);
                butterfly(&a, &b, &u, &v, load_doubles(cosines + size + k),
                          load_doubles(sines + size + k));
                store_doubles(lower_re, a);
                store_doubles(lower_im, b);
                store_doubles(lower_re + size, u);
                store_doubles(lower_im + size, v);
            }
    fourier_separate(half, cosines, sines, re, im, out_re, out_im);
}
