// C ← start + A·B by tiles that stay in registers.
//
// A: [M, K] with strides of its own, so that a transpose costs nothing. B: [K, N] and C: [M, N],
// row-major, N a multiple of 8. `start`: what each row of C begins with, [N], the same for all
// rows when its stride is 0; C itself to add to it.
//
// The level says which tiles there are: ROW_TILES for a single row, MATRIX_TILES for several, of
// REGISTERS vectors at most.

typedef struct {
    const float *a;
    long row, column;  // Of A's rows and columns.
} matrix;

// One tile of `rows` × `columns` vectors, of the last column the lanes of `last`. The sum over k is
// split in `parts` chains of additions, so that one waits less for the other. rows, columns and
// parts are constants where this is called.
INLINE void tile(int rows, int columns, int parts, part last, int count, matrix a, const float *b,
                 long b_row, float *c, long c_row, const float *start, long start_row) {
    floats sums[REGISTERS];
    const part whole = first(LANES);
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < columns; j++)
            sums[i * columns + j] =
                load(j == columns - 1 ? last : whole, start + i * start_row + LANES * j);
    UNROLL for (int i = rows * columns; i < rows * columns * parts; i++) sums[i] = all(0);
    int k = 0;
    for (; k + parts <= count; k += parts)
        UNROLL for (int chain = 0; chain < parts; chain++) {
            UNROLL for (int i = 0; i < rows; i++) {
                floats factor = all(a.a[i * a.row + (k + chain) * a.column]);
                UNROLL for (int j = 0; j < columns; j++) {
                    floats *sum = &sums[(chain * rows + i) * columns + j];
                    const float *place = b + (k + chain) * b_row + LANES * j;
                    *sum = add_product(load(j == columns - 1 ? last : whole, place), factor, *sum);
                }
            }
        }
    for (; k < count; k++)
        UNROLL for (int i = 0; i < rows; i++) {
            floats factor = all(a.a[i * a.row + k * a.column]);
            UNROLL for (int j = 0; j < columns; j++)
                sums[i * columns + j] =
                    add_product(load(j == columns - 1 ? last : whole, b + k * b_row + LANES * j),
                                factor, sums[i * columns + j]);
        }
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < columns; j++) {
            floats total = sums[i * columns + j];
            UNROLL for (int chain = 1; chain < parts; chain++)
                total += sums[(chain * rows + i) * columns + j];
            store(j == columns - 1 ? last : whole, c + i * c_row + LANES * j, total);
        }
}

// `rows` rows, a constant: tiles of the widest kind, then what is left.
INLINE void tiles(int rows, int n, int count, matrix a, const float *b, long b_row, float *c,
                  long c_row, const float *start, long start_row) {
    long j = 0;
#define TILES(columns, parts)                                                                   \
    for (; n - j > LANES * ((columns) - 1); j += LANES * (columns))                             \
        tile(rows, columns, parts, first(n - j - LANES * ((columns) - 1)), count, a, b + j,     \
             b_row, c + j, c_row, start + j, start_row)
    if (rows == 1) {
        ROW_TILES;
    } else {
        MATRIX_TILES;
    }
#undef TILES
}

INLINE void product(int m, int n, int k, matrix a, const float *b, long b_row, float *c, long c_row,
                    const float *start, long start_row) {
    int i = 0;
#define ROWS(rows)                                                                              \
    for (; i + (rows) <= m; i += (rows))                                                        \
        tiles(rows, n, k, (matrix){a.a + i * a.row, a.row, a.column}, b, b_row, c + i * c_row,  \
              c_row, start + i * start_row, start_row)
    ROWS(TILE_ROWS);
    if (TILE_ROWS > 4) ROWS(4);
    if (TILE_ROWS > 2) ROWS(2);
    ROWS(1);
#undef ROWS
}

typedef float eight __attribute__((vector_size(32), aligned(4), may_alias));

// Wᵀ.   W: [rows, columns], both multiples of 8; transposed: [columns, rows].
INLINE void transpose(int rows, int columns, const float *w, float *transposed) {
    for (int i = 0; i < rows; i += 8)
        for (int j = 0; j < columns; j += 8) {
            eight a[8], b[8];
            UNROLL for (int r = 0; r < 8; r++) a[r] = *(eight *)(w + (i + r) * (long)columns + j);
            UNROLL for (int r = 0; r < 8; r += 2) {
                b[r] = __builtin_shufflevector(a[r], a[r + 1], 0, 8, 1, 9, 4, 12, 5, 13);
                b[r + 1] = __builtin_shufflevector(a[r], a[r + 1], 2, 10, 3, 11, 6, 14, 7, 15);
            }
            UNROLL for (int r = 0; r < 8; r += 4)
                UNROLL for (int s = 0; s < 2; s++) {
                    a[r + 2 * s] =
                        __builtin_shufflevector(b[r + s], b[r + s + 2], 0, 1, 8, 9, 4, 5, 12, 13);
                    a[r + 2 * s + 1] =
                        __builtin_shufflevector(b[r + s], b[r + s + 2], 2, 3, 10, 11, 6, 7, 14, 15);
                }
            UNROLL for (int r = 0; r < 4; r++) {
                eight low = __builtin_shufflevector(a[r], a[r + 4], 0, 1, 2, 3, 8, 9, 10, 11);
                eight high = __builtin_shufflevector(a[r], a[r + 4], 4, 5, 6, 7, 12, 13, 14, 15);
                *(eight *)(transposed + (j + r) * (long)rows + i) = low;
                *(eight *)(transposed + (j + r + 4) * (long)rows + i) = high;
            }
        }
}
