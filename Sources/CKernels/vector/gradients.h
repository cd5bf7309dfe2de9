// The gradients of all parameters at once, from what the way back left on the tape: sums over all
// rows, which for the weights are products with a transpose.

// What the gradients of some columns are summed up in: those of the bias, and of the first input's
// weights. NULL for none. They begin with 0 where they are fresh.
typedef struct {
    float *bias, *weights;
    bool fresh;
} column_sums;

// sums ← sums + Σ δ and Σ x·δ over `rows` rows, of `columns` vectors, a constant as whether there
// are both; of the last vector the lanes of `last`. deltas, x: in rows `row` and `x_row` apart.
INLINE void sums_tile(int columns, bool biased, bool weighed, part last, long rows,
                      const float *deltas, long row, const float *x, long x_row,
                      column_sums sums) {
    floats bias[ROW_COLUMNS], weights[ROW_COLUMNS];
    const part whole = first(LANES);
#define LAST(j) ((j) == columns - 1 ? last : whole)
    UNROLL for (int j = 0; j < columns; j++) {
        bias[j] = weights[j] = all(0);
        if (biased && !sums.fresh) bias[j] = load(LAST(j), sums.bias + LANES * j);
        if (weighed && !sums.fresh) weights[j] = load(LAST(j), sums.weights + LANES * j);
    }
    for (long i = 0; i < rows; i++, deltas += row, x += x_row) {
        const floats factor = all(*x);
        UNROLL for (int j = 0; j < columns; j++) {
            floats delta = load(LAST(j), deltas + LANES * j);
            if (biased) bias[j] += delta;
            if (weighed) weights[j] = fused(delta, factor, weights[j]);
        }
    }
    UNROLL for (int j = 0; j < columns; j++) {
        if (biased) store(LAST(j), sums.bias + LANES * j, bias[j]);
        if (weighed) store(LAST(j), sums.weights + LANES * j, weights[j]);
    }
#undef LAST
}

// The same of `count` columns.
INLINE void sum_up(bool biased, bool weighed, long rows, long count, const float *deltas, long row,
                   const float *x, long x_row, column_sums sums) {
    long j = 0;
#define COLUMNS(columns)                                                                        \
    for (; count - j > LANES * (columns - 1); j += LANES * columns)                             \
        sums_tile(columns, biased, weighed, first(count - j - LANES * (columns - 1)), rows,     \
                  deltas + j, row, x, x_row,                                                    \
                  (column_sums){biased ? sums.bias + j : NULL,                                  \
                                weighed ? sums.weights + j : NULL, sums.fresh})
    if (ROW_COLUMNS > 4) COLUMNS(6);
    if (ROW_COLUMNS > 3) COLUMNS(4);
    if (ROW_COLUMNS > 2) COLUMNS(3);
    COLUMNS(2);
    COLUMNS(1);
#undef COLUMNS
}

// g ← g + A·B with some of the rows of a window, or the product alone where these are the first.
INLINE void add_rows(long from, long rows, long m, long n, matrix a, const float *deltas, long row,
                     float *g) {
    product_block(0, m, n, rows, a, (rows_of){deltas, row}, (rows_of){from == 0 ? NULL : g, n},
                  (result){g, n, false});
}

// The part of the rows from `from` on, so few that they stay in the first cache.
INLINE void add_cell_gradients(const window_shape *shape, const scratch_parts *parts, long from,
                               long rows, const float *inputs, float *g) {
    const foretide_network *net = shape->net;
    const long row = parts->delta_row, gates = net->gates, count = net->inputs;
    const float *deltas = parts->deltas + from * row, *x = inputs + from * count;
    float *weights = g + net->input_weights;
    const column_sums sums = {g + net->bias, weights, from == 0};
    if (net->has_bias)
        sum_up(true, true, rows, gates, deltas, row, x, count, sums);
    else
        sum_up(false, true, rows, gates, deltas, row, x, count, sums);
    add_rows(from, rows, count - 1, gates, (matrix){x + 1, 1, count}, deltas, row,
             weights + gates);
    if (net->cell == FORETIDE_GRU) {
        // The bias of U·h for the candidate, which no input comes to.
        sum_up(true, false, rows, net->hidden, deltas + gates, row, x, count,
               (column_sums){g + net->bias + gates, NULL, from == 0});
        deltas += net->hidden;
    }
    add_rows(from, rows, net->hidden, gates,
             (matrix){parts->states + from * shape->state, 1, shape->state}, deltas, row,
             g + net->recurrent_weights);
}

static void cell_gradients(const window_shape *shape, const scratch_parts *parts,
                           const float *inputs, float *g) {
    const foretide_network *net = shape->net;
    const geometry size = shape->size;
    for (long from = 0; from < shape->rows; from += K_BLOCK) {
        const long left = shape->rows - from;
        add_cell_gradients(shape, parts, from, left < K_BLOCK ? left : K_BLOCK, inputs, g);
    }
    if (net->cell == FORETIDE_PEEPHOLE)
        for (long gate = 0; gate < 3; gate++) {
            // The output gate sees the memory after the step.
            const float *memory =
                parts->states + (gate == 2 ? shape->batch * shape->state : 0) + size.width;
            for (long j = 0; j < size.units; j += LANES) {
                const part lanes = first(size.units - j);
                const float *delta = parts->deltas + gate * size.units + j;
                floats total = all(0);
                for (long row = 0; row < shape->rows; row++)
                    total = fused(load(lanes, delta + row * parts->delta_row),
                                        load_all(memory + row * shape->state + j), total);
                store(lanes, g + net->peephole + gate * size.units + j, total);
            }
        }
}

// seen: [rows, width], what the readout saw, its rows `row` apart; dy: [rows, O].
static void read_out_gradients(const window_shape *shape, const float *seen, long row,
                               const float *dy, float *g) {
    const foretide_network *net = shape->net;
    for (long output = 0; output < net->outputs; output++) {
        float bias = 0;
        for (long i = 0; i < shape->rows; i++) bias += dy[i * net->outputs + output];
        g[net->readout_bias + output] = bias;
    }
    long_product(net->outputs, net->hidden, shape->rows, shape->batch,
                 (matrix){dy, 1, net->outputs}, (rows_of){seen, row},
                 (result){g + net->readout_weights, net->hidden, false});
}
