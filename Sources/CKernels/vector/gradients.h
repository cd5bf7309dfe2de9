// The gradients of all parameters at once, from what the way back left on the tape: sums over all
// rows, which for the weights are products with a transpose.

// rows: T·B. g: [parameter count].
INLINE void cell_gradients(const foretide_network *net, long rows, long batch, const float *inputs,
                           const float *states, const float *tape, float *g) {
    // The biases of Elman's cell may be left out: then there are none.
    EACH_UNIT(net->peephole - net->bias) {
        floats total = all(0);
        for (long row = 0; row < rows; row++)
            total += load(lanes, tape + row * net->tape + j);
        store(lanes, g + net->bias + j, total);
    }
    if (net->cell == FORETIDE_PEEPHOLE)
        for (long gate = 0; gate < 3; gate++) {
            // The output gate sees the memory after the step.
            const float *memory = states + (gate == 2 ? batch * net->state : 0) + net->hidden;
            EACH_UNIT(net->hidden) {
                floats total = all(0);
                for (long row = 0; row < rows; row++) {
                    floats delta =
                        load(lanes, tape + row * net->tape + gate * net->hidden + j);
                    total = add_product(delta, load(lanes, memory + row * net->state + j), total);
                }
                store(lanes, g + net->peephole + gate * net->hidden + j, total);
            }
        }
    product(net->inputs, net->gates, rows, (matrix){inputs, 1, net->inputs}, tape, net->tape,
            g + net->input_weights, net->gates, no_bias, 0);
    product(net->hidden, net->gates, rows, (matrix){states, 1, net->state},
            tape + recurrent_column(net), net->tape, g + net->recurrent_weights, net->gates,
            no_bias, 0);
}

// after: [T, B, S], the states after each row.
INLINE void read_out_gradients(const foretide_network *net, long rows, const float *factors,
                              const float *after, const float *dy, float *g) {
    for (long output = 0; output < net->outputs; output++) {
        float bias = 0;
        for (long row = 0; row < rows; row++) bias += dy[row * net->outputs + output];
        g[net->readout_bias + output] = bias;
        EACH_UNIT(net->hidden) {
            floats total = all(0);
            for (long row = 0; row < rows; row++) {
                float delta = dy[row * net->outputs + output];
                if (delta == 0) continue;
                floats h = load(lanes, after + row * net->state + j);
                if (factors) h *= load(lanes, factors + row * net->hidden + j);
                total = add_product(all(delta), h, total);
            }
            store(lanes, g + net->readout_weights + output * net->hidden + j, total);
        }
    }
}
