// A symmetric matrix in blocks: row i has the columns up to the end of its block of 16, so that
// vectors are whole. What lies above the diagonal in a block is there twice, rows fill up fours.
enum { BLOCK = FORETIDE_BLOCK, RANK = FORETIDE_RANK };
// Rows done together: what f and h have is read once for all of them.
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

// Where row i of P begins.
INLINE long symmetric_row(long i) {
    return BLOCK * (i / BLOCK + 1) * (BLOCK * (i / BLOCK) / 2 + i % BLOCK);
}

// The products of a vector of SYMMETRIC_ROWS rows from i on, at the columns from j on: what they
// add to the rows' sums and, where the columns are not of their own block, to the columns'.
INLINE void multiply_part(bool is_own_block, const float *const p[], long i, long j, const float *f,
                          float *h, long stride, floats sums[][LANES]) {
    floats x[SYMMETRIC_ROWS];
    UNROLL for (int r = 0; r < SYMMETRIC_ROWS; r++) {
        if (LANES == BLOCK || j % BLOCK == 0) __builtin_prefetch(p[r] + j + COVARIANCE_AHEAD);
        x[r] = load_all(p[r] + j);
    }
    UNROLL for (int k = 0; k < RANK; k++) {
        const float *fk = f + k * stride;
        float *hk = h + k * stride;
        floats others = load_all(fk + j);
        UNROLL for (int r = 0; r < SYMMETRIC_ROWS; r++)
            sums[k][r] = add_product(x[r], others, sums[k][r]);
        if (is_own_block) continue;
        floats products = load_all(hk + j);
        UNROLL for (int r = 0; r < SYMMETRIC_ROWS; r++)
            products = add_product(x[r], all(fk[i + r]), products);
        store_all(hk + j, products);
    }
}

// LANES rows from i on, as far as there are any.
INLINE void multiply_rows(long i, const float *p, const float *f, float *h, long d) {
    long own = i / BLOCK * BLOCK, end = own + BLOCK, stride = foretide_padded(d);
    floats sums[RANK][LANES];
    UNROLL for (int k = 0; k < RANK; k++)
        UNROLL for (int r = 0; r < LANES; r++) sums[k][r] = all(0);
    UNROLL for (int first = 0; first < LANES; first += SYMMETRIC_ROWS) {
        if (i + first >= d) break;
        const float *rows[SYMMETRIC_ROWS];
        UNROLL for (int r = 0; r < SYMMETRIC_ROWS; r++)
            rows[r] = p + symmetric_row(i) + (first + r) * end;
        floats parts[RANK][LANES];
        UNROLL for (int k = 0; k < RANK; k++)
            UNROLL for (int r = 0; r < SYMMETRIC_ROWS; r++) parts[k][r] = all(0);
        for (long j = 0; j < own; j += LANES)
            multiply_part(false, rows, i + first, j, f, h, stride, parts);
        for (long j = own; j < end; j += LANES)
            multiply_part(true, rows, i + first, j, f, h, stride, parts);
        UNROLL for (int k = 0; k < RANK; k++)
            UNROLL for (int r = 0; r < SYMMETRIC_ROWS; r++) sums[k][first + r] = parts[k][r];
    }
    UNROLL for (int k = 0; k < RANK; k++)
        store_all(h + k * stride + i, load_all(h + k * stride + i) + sum_each(sums[k]));
}

static void multiply_symmetric(const float *p, const float *f, float *h, long d) {
    memset(h, 0, sizeof(float) * RANK * foretide_padded(d));
    for (long i = 0; i < d; i += LANES) {
        foretide_prefetch_some();
        multiply_rows(i, p, f, h, d);
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

static void complete_product(float *h, const float *f, const float *c, long k, long d,
                             float *overlaps) {
    long padded = foretide_padded(d);
    float *hk = h + k * padded;
    const float *fk = f + k * padded;
    for (long j = 0; j < k; j++) overlaps[j] = padded_dot(h + j * padded, fk, padded);
    for (long j = 0; j < k; j++) {
        floats factor = all(c[j] * overlaps[j]);
        for (long i = 0; i < padded; i += LANES)
            store_all(hk + i, add_product(factor, load_all(h + j * padded + i), load_all(hk + i)));
    }
    overlaps[k] = padded_dot(hk, fk, padded);
    overlaps[k + 1] = padded_dot(hk, hk, padded);
}

// SYMMETRIC_ROWS rows from i on.
INLINE void update_rows(long i, float *p, const float *h, const float *c, float scale, long d) {
    long end = i / BLOCK * BLOCK + BLOCK, stride = foretide_padded(d);
    float *row = p + symmetric_row(i);
    floats factors[RANK][SYMMETRIC_ROWS];
    UNROLL for (int k = 0; k < RANK; k++)
        UNROLL for (int r = 0; r < SYMMETRIC_ROWS; r++)
            factors[k][r] = all(c[k] * h[k * stride + i + r] * scale);
    for (long j = 0; j < end; j += LANES) {
        floats hs[RANK];
        UNROLL for (int k = 0; k < RANK; k++) hs[k] = load_all(h + k * stride + j);
        UNROLL for (int r = 0; r < SYMMETRIC_ROWS; r++) {
            floats x = load_all(row + r * end + j) * all(scale);
            UNROLL for (int k = 0; k < RANK; k++) x = add_product(factors[k][r], hs[k], x);
            store_all(row + r * end + j, x);
        }
    }
}

static void update_symmetric(float *p, const float *h, const float *c, float scale, long d) {
    for (long i = 0; i < d; i += SYMMETRIC_ROWS) {
        if (i % BLOCK == 0) foretide_prefetch_some();
        update_rows(i, p, h, c, scale, d);
    }
}
