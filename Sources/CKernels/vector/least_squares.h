// Half as many numbers of twice the width.
enum { PAIRS = LANES / 2 };
typedef double doubles __attribute__((vector_size(8 * PAIRS)));
typedef double stored_doubles __attribute__((vector_size(8 * PAIRS), aligned(8), may_alias));

INLINE doubles load_doubles(const double *place) { return *(const stored_doubles *)place; }
INLINE void store_doubles(double *place, doubles x) { *(stored_doubles *)place = x; }
INLINE doubles all_doubles(double x) {
#if LANES == 16
    return (doubles){x, x, x, x, x, x, x, x};
#else
    return (doubles){x, x, x, x};
#endif
}

INLINE double sum_doubles(doubles x) {
    double lanes[PAIRS];
    store_doubles(lanes, x);
    UNROLL for (int width = PAIRS / 2; width > 0; width /= 2)
        UNROLL for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
    return lanes[0];
}

// `rows` rows of P from row i on, a constant: the numbers of g, f and h are read once for all of
// them.   p: [rows], where the rows begin.
INLINE void update_rows(int rows, long i, double *const p[], const double *g, double a, double b,
                        const double *f, double *h) {
    doubles sums[4], factors[4], fs[4];
    double rest[4];
    UNROLL for (int r = 0; r < rows; r++) {
        factors[r] = all_doubles(a * g[i + r] * b);
        fs[r] = all_doubles(f[i + r]);
        sums[r] = all_doubles(0);
        rest[r] = 0;
    }
    long j = 0;
    for (; j + PAIRS <= i; j += PAIRS) {
        doubles gs = load_doubles(g + j), others = load_doubles(f + j);
        doubles products = load_doubles(h + j);
        UNROLL for (int r = 0; r < rows; r++) {
            doubles new = load_doubles(p[r] + j) * all_doubles(b) + factors[r] * gs;
            store_doubles(p[r] + j, new);
            sums[r] += new * others;
            products += new * fs[r];
        }
        store_doubles(h + j, products);
    }
    // What is left of the columns, and the triangle of these rows.
    UNROLL for (int r = 0; r < rows; r++) {
        double factor = a * g[i + r] * b;
        for (long k = j; k < i + r; k++) {
            double new = p[r][k] * b + factor * g[k];
            p[r][k] = new;
            rest[r] += new * f[k];
            h[k] += new * f[i + r];
        }
        double diagonal = p[r][i + r] * b + factor * g[i + r];
        p[r][i + r] = diagonal;
        h[i + r] += sum_doubles(sums[r]) + rest[r] + diagonal * f[i + r];
    }
}

static void update_symmetric(double *restrict p, const double *restrict g, double a, double b,
                             const double *restrict f, double *restrict h, long d) {
    memset(h, 0, sizeof(double) * d);
    long i = 0;
    for (; i + 4 <= d; i += 4) {
        double *rows[4];
        for (int r = 0; r < 4; r++) rows[r] = p + (i + r) * (i + r + 1) / 2;
        update_rows(4, i, rows, g, a, b, f, h);
    }
    for (; i < d; i++) {
        double *row = p + i * (i + 1) / 2;
        update_rows(1, i, &row, g, a, b, f, h);
    }
}
