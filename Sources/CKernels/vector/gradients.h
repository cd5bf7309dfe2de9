// The gradients of all parameters at once, from what the way back left on the tape: sums over all
// rows, which for the weights are products with a transpose.

// g ← the sums of `count` columns, as `long_product` sums them up.   numbers: in rows `row` apart.
INLINE void add_up(long rows, long batch, long count, const float *numbers, long row, float *g) {
    for (long j = 0; j < count; j += LANES) {
        const part lanes = first(count - j);
        floats totals[SPLIT] = {all(0), all(0), all(0), all(0)};
        for (long i = 0; i < rows; i += SPLIT * batch)
            for (long lane = i; lane < i + batch; lane++)
                UNROLL for (int chain = 0; chain < SPLIT; chain++)
                    if (lane + chain * batch < rows)
                        totals[chain] +=
                            load(lanes, numbers + (lane + chain * batch) * row + j);
        store(lanes, g + j, (totals[0] + totals[1]) + (totals[2] + totals[3]));
    }
}

static void cell_gradients(const window_shape *shape, const scratch_parts *parts,
                           const float *inputs, float *g) {
    const foretide_network *net = shape->net;
    const geometry size = shape->size;
    // The biases of Elman's cell may be left out: then there are none.
    add_up(shape->rows, shape->batch, net->peephole - net->bias, parts->deltas, parts->delta_row,
           g + net->bias);
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
    const long recurrent = net->cell == FORETIDE_GRU ? net->hidden : 0;
    long_product(net->inputs, net->gates, shape->rows, shape->batch,
                 (matrix){inputs, 1, net->inputs}, (rows_of){parts->deltas, parts->delta_row},
                 (result){g + net->input_weights, net->gates, false});
    long_product(net->hidden, net->gates, shape->rows, shape->batch,
                 (matrix){parts->states, 1, shape->state},
                 (rows_of){parts->deltas + recurrent, parts->delta_row},
                 (result){g + net->recurrent_weights, net->gates, false});
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
