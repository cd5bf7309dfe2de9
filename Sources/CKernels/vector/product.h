// C ← start + A·B by tiles that stay in registers. Every number is summed up over k in order,
// whatever tile it is in, so that a row comes out the same in whatever company. Only a sum over the
// rows of a window may be split, see `long_product`.
//
// A: [M, K] with strides of its own, so that a transpose costs nothing. B: [K, N] and C: [M, N],
// row-major. `start`: what each row of C begins with, [N], the same for all rows when its stride is
// 0; NULL for 0.
//
// The level says how large a tile is: PRODUCT_ROWS rows of PRODUCT_COLUMNS vectors.

typedef struct {
    const float *a;
    long row, column;  // Of A's rows and columns.
} matrix;

typedef struct {
    const float *numbers;
    long row;
} rows_of;

typedef struct {
    float *numbers;
    long row;
    bool padded;  // Whether there is room for whole vectors, which then end with zeros.
} result;

enum { SPLIT = 4, K_BLOCK = 64 };

// One tile of `rows` × `columns` vectors, both constants; of the last column the lanes of `last`.
INLINE void tile(int rows, int columns, part last, long count, matrix a, rows_of b, rows_of start,
                 result c) {
    floats sums[PRODUCT_ROWS * PRODUCT_COLUMNS];
    const part whole = first(LANES);
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < columns; j++) {
            sums[i * columns + j] = all(0);
            if (start.numbers)
                sums[i * columns + j] = load(j == columns - 1 ? last : whole,
                                             start.numbers + i * start.row + LANES * j);
        }
    for (long k = 0; k < count; k++) {
        floats numbers[PRODUCT_COLUMNS];
        UNROLL for (int j = 0; j < columns; j++)
            numbers[j] = load(j == columns - 1 ? last : whole, b.numbers + k * b.row + LANES * j);
        UNROLL for (int i = 0; i < rows; i++) {
            floats factor = all(a.a[i * a.row + k * a.column]);
            UNROLL for (int j = 0; j < columns; j++)
                sums[i * columns + j] = fused(numbers[j], factor, sums[i * columns + j]);
        }
    }
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < columns; j++)
            store(j == columns - 1 && !c.padded ? last : whole, c.numbers + i * c.row + LANES * j,
                  sums[i * columns + j]);
}

// A tile of one row, its sum over k = t·batch + b in SPLIT parts, by t.
INLINE void split_tile(int columns, part last, long count, long batch, matrix a, rows_of b,
                       result c) {
    floats sums[SPLIT][PRODUCT_COLUMNS];
    const part whole = first(LANES);
    UNROLL for (int chain = 0; chain < SPLIT; chain++)
        UNROLL for (int j = 0; j < columns; j++) sums[chain][j] = all(0);
    for (long first_k = 0; first_k < count; first_k += SPLIT * batch)
        for (long lane = 0; lane < batch; lane++)
            UNROLL for (int chain = 0; chain < SPLIT; chain++) {
                const long k = first_k + chain * batch + lane;
                if (k >= count) break;
                UNROLL for (int j = 0; j < columns; j++) {
                    floats numbers = load(j == columns - 1 ? last : whole,
                                          b.numbers + k * b.row + LANES * j);
                    sums[chain][j] =
                        fused(numbers, all(a.a[k * a.column]), sums[chain][j]);
                }
            }
    UNROLL for (int j = 0; j < columns; j++)
        store(j == columns - 1 ? last : whole, c.numbers + LANES * j,
              (sums[0][j] + sums[1][j]) + (sums[2][j] + sums[3][j]));
}

// The rows of `columns` vectors.   split: the batch by which to split sums, or 0.
INLINE void tiles(int columns, part last, long split, long m, long k, matrix a, rows_of b,
                  rows_of start, result c) {
    long i = 0;
#define ROWS(rows)                                                                              \
    for (; i + (rows) <= m; i += (rows)) {                                                      \
        rows_of first_row = {start.numbers ? start.numbers + i * start.row : NULL, start.row};  \
        tile(rows, columns, last, k, (matrix){a.a + i * a.row, a.row, a.column}, b, first_row,  \
             (result){c.numbers + i * c.row, c.row, c.padded});                                 \
    }
    ROWS(PRODUCT_ROWS);
    if (PRODUCT_ROWS > 4) ROWS(4);
    for (; split > 0 && i < m; i++)
        split_tile(columns, last, k, split, (matrix){a.a + i * a.row, a.row, a.column}, b,
                   (result){c.numbers + i * c.row, c.row, c.padded});
    ROWS(1);
#undef ROWS
}

static void product_block(long split, long m, long n, long k, matrix a, rows_of b, rows_of start,
                          result c) {
    const long widest = LANES * PRODUCT_COLUMNS;
    for (long j = 0; j < n; j += widest) {
        rows_of columns = {b.numbers + j, b.row};
        rows_of first_row = {start.numbers ? start.numbers + j : NULL, start.row};
        result place = {c.numbers + j, c.row, c.padded};
        long left = n - j;
        if (PRODUCT_COLUMNS > 2 && left > LANES * 2)
            tiles(3, first(left - LANES * 2), split, m, k, a, columns, first_row, place);
        else if (left > LANES)
            tiles(2, first(left - LANES), split, m, k, a, columns, first_row, place);
        else
            tiles(1, first(left), split, m, k, a, columns, first_row, place);
    }
}

static void product(long m, long n, long k, matrix a, rows_of b, rows_of start, result c) {
    product_block(0, m, n, k, a, b, start, c);
}

// C ← A·B over the K = T·batch rows of a window, so many at a time that they stay in the first
// cache. One row alone is summed up in parts that wait less for each other; they are parts of T, so
// that rows of zeros between the others change nothing.
static void long_product(long m, long n, long k, long batch, matrix a, rows_of b, result c) {
    if (m == 1) return product_block(batch, m, n, k, a, b, (rows_of){0}, c);
    for (long from = 0; from < k; from += K_BLOCK) {
        rows_of start = {from == 0 ? NULL : c.numbers, c.row};
        product_block(0, m, n, k - from < K_BLOCK ? k - from : K_BLOCK,
                      (matrix){a.a + from * a.column, a.row, a.column},
                      (rows_of){b.numbers + from * b.row, b.row}, start, c);
    }
}
