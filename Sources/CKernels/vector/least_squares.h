// A symmetric matrix in blocks: row i has the columns up to the end of its block of 16, so that
// vectors are whole. What lies above the diagonal in a block is there twice, rows fill up fours.
enum { BLOCK = FORETIDE_BLOCK, RANK = FORETIDE_RANK };
// Rows done together: what g, f and h have is read once for all of them.
#if LANES == 16
enum { SYMMETRIC_ROWS = 4 };
#else
enum { SYMMETRIC_ROWS = 2 };
#endif

// The sums of the lanes of LANES vectors, in the order of the vectors: neighbours are added within
// two vectors at a time, until one vector is left.
INLINE floats sum_each(floats x[LANES]) {
    UNROLL for (int count = LANES; count > 1; count /= 2)
        UNROLL for (int i = 0; i < count / 2; i++) {
            floats a = x[2 * i], b = x[2 * i + 1];
#if LANES == 16
            x[i] = __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26,
                                           28, 30)
                 + __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27,
                                           29, 31);
#elif LANES == 8
            x[i] = __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
                 + __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
#else
            x[i] = __builtin_shufflevector(a, b, 0, 2, 4, 6)
                 + __builtin_shufflevector(a, b, 1, 3, 5, 7);
#endif
        }
    return x[0];
}

// So many numbers ahead in P, whose rows follow each other, that memory has the time to answer: P
// of a stream that has not had a sample for a while is in no cache.
enum { COVARIANCE_AHEAD = 2048 };

// A vector of SYMMETRIC_ROWS rows at the columns from j on: the update of rank `rank`, a constant,
// then what it adds to the rows' products and, where the columns are not of their own block, to
// the columns'.
INLINE void symmetric_part(int rank, bool is_own_block, float *const p[], long j, const float *g,
                           long stride, floats factors[][SYMMETRIC_ROWS], float scale,
                           const float *f, const floats *fs, float *h, floats *sums) {
    floats gs[RANK], others = load_all(f + j), products = is_own_block ? all(0) : load_all(h + j);
    UNROLL for (int k = 0; k < rank; k++) gs[k] = load_all(g + k * stride + j);
    UNROLL for (int r = 0; r < SYMMETRIC_ROWS; r++) {
        if (LANES == BLOCK || j % BLOCK == 0) __builtin_prefetch(p[r] + j + COVARIANCE_AHEAD);
        floats x = load_all(p[r] + j);
        if (rank > 0) {
            x *= all(scale);
            UNROLL for (int k = 0; k < rank; k++) x = add_product(factors[k][r], gs[k], x);
            store_all(p[r] + j, x);
        }
        sums[r] = add_product(x, others, sums[r]);
        if (!is_own_block) products = add_product(x, fs[r], products);
    }
    if (!is_own_block) store_all(h + j, products);
}

// LANES rows from i on, as far as there are any; `p` is where row i begins.
INLINE void symmetric_rows(int rank, long i, float *p, const float *g, const float *c, float scale,
                           const float *f, float *h, long d) {
    long own = i / BLOCK * BLOCK, end = own + BLOCK, stride = foretide_padded(d);
    floats sums[LANES];
    UNROLL for (int r = 0; r < LANES; r++) sums[r] = all(0);
    UNROLL for (int first = 0; first < LANES; first += SYMMETRIC_ROWS) {
        if (i + first >= d) break;
        float *rows[SYMMETRIC_ROWS];
        floats fs[SYMMETRIC_ROWS], factors[RANK][SYMMETRIC_ROWS];
        UNROLL for (int r = 0; r < SYMMETRIC_ROWS; r++) {
            rows[r] = p + (first + r) * end;
            fs[r] = all(f[i + first + r]);
            UNROLL for (int k = 0; k < rank; k++)
                factors[k][r] = all(c[k] * g[k * stride + i + first + r] * scale);
        }
        for (long j = 0; j < own; j += LANES)
            symmetric_part(rank, false, rows, j, g, stride, factors, scale, f, fs, h, sums + first);
        for (long j = own; j < end; j += LANES)
            symmetric_part(rank, true, rows, j, g, stride, factors, scale, f, fs, h, sums + first);
    }
    store_all(h + i, load_all(h + i) + sum_each(sums));
}

INLINE void symmetric(int rank, float *p, const float *g, const float *c, float scale,
                      const float *f, float *h, long d) {
    memset(h, 0, sizeof(float) * foretide_padded(d));
    for (long i = 0; i < d; i += LANES) {
        foretide_prefetch_some();
        long block = i / BLOCK;
        float *row = p + BLOCK * BLOCK * block * (block + 1) / 2 + i % BLOCK * BLOCK * (block + 1);
        symmetric_rows(rank, i, row, g, c, scale, f, h, d);
    }
}

// f·h over `count` numbers, a multiple of BLOCK.
INLINE float padded_dot(const float *f, const float *h, long count) {
    floats sums[BLOCK / LANES];
    UNROLL for (int k = 0; k < BLOCK / LANES; k++) sums[k] = all(0);
    for (long i = 0; i < count; i += BLOCK)
        UNROLL for (int k = 0; k < BLOCK / LANES; k++)
            sums[k] =
                add_product(load_all(f + i + k * LANES), load_all(h + i + k * LANES), sums[k]);
    UNROLL for (int k = 1; k < BLOCK / LANES; k++) sums[0] += sums[k];
    return sum(sums[0]);
}

static float multiply_symmetric(const float *p, const float *g, const float *c, long rank,
                                const float *f, float *h, long d) {
    symmetric(0, (float *)p, NULL, NULL, 1, f, h, d);
    long padded = foretide_padded(d);
    for (long k = 0; k < rank; k++) {
        floats factor = all(c[k] * padded_dot(g + k * padded, f, padded));
        for (long i = 0; i < padded; i += LANES)
            store_all(h + i, add_product(factor, load_all(g + k * padded + i), load_all(h + i)));
    }
    return padded_dot(f, h, padded);
}

static float update_symmetric(float *p, const float *g, const float *c, float scale, const float *f,
                              float *h, long d) {
    symmetric(RANK, p, g, c, scale, f, h, d);
    return padded_dot(f, h, foretide_padded(d));
}
