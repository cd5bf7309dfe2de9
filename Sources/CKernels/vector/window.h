// A window of T steps of a network forward and backward, for B windows side by side. Rows run over
// time and batch: row t·B + b is step t of window b; the states have B rows more.

// tape ← b + W·x for `rows` rows.
INLINE void project(const foretide_network *net, long rows, const float *p, const float *inputs,
                    float *tape) {
    const float *bias = net->has_bias ? p + net->bias : no_bias;
    product(rows, net->gates, net->inputs, (matrix){inputs, net->inputs, 1},
            p + net->input_weights, net->gates, tape, net->tape, bias, 0);
    if (net->cell != FORETIDE_GRU) return;
    // The bias of U·h for the candidate, which the reset gate comes between.
    for (long row = 0; row < rows; row++)
        EACH_UNIT(net->hidden)
            store(lanes, tape + row * net->tape + net->gates + j,
                  load(lanes, bias + net->gates + j));
}

// tape ← tape + U·h for B rows.
INLINE void recur(const foretide_network *net, long batch, const float *p, const float *before,
                  float *tape) {
    float *c = tape + recurrent_column(net);
    product(batch, net->gates, net->hidden, (matrix){before, net->state, 1},
            p + net->recurrent_weights, net->gates, c, net->tape, c, net->tape);
}

// The states of B windows one step on, from the pre-activations on the tape.
INLINE void advance(const foretide_network *net, long batch, const float *p, const float *before,
                    float *after, float *tape) {
    for (long b = 0; b < batch; b++) {
        float *row = tape + b * net->tape, *new = after + b * net->state;
        const float *old = before + b * net->state;
        switch (net->cell) {
        case FORETIDE_ELMAN: elman_units(net->activation, net->hidden, row, new); break;
        case FORETIDE_GRU: gru_units(net->hidden, row, old, new); break;
        case FORETIDE_LSTM: lstm_units(net->hidden, NULL, row, old, new); break;
        case FORETIDE_PEEPHOLE:
            lstm_units(net->hidden, p + net->peephole, row, old, new);
            break;
        }
    }
}

// y ← V·h + v.   h: [H], factors: [H] or NULL, y: [O].
INLINE void read_out(const foretide_network *net, const float *p, const float *h,
                     const float *factors, float *y) {
    for (long output = 0; output < net->outputs; output++) {
        const float *weights = p + net->readout_weights + output * net->hidden;
        floats total = all(0);
        EACH_UNIT(net->hidden) {
            floats unit = load(lanes, h + j);
            if (factors) unit *= load(lanes, factors + j);
            total = add_product(unit, load(lanes, weights + j), total);
        }
        y[output] = p[net->readout_bias + output] + sum(total);
    }
}

static void forward(const foretide_network *net, long steps, long batch, const float *p,
                    const float *inputs, const float *factors, float *states, float *tape,
                    float *readouts) {
    long rows = steps * batch;
    project(net, rows, p, inputs, tape);
    for (long row = 0; row < rows; row += batch) {
        const float *before = states + row * net->state;
        float *gates = tape + row * net->tape;
        recur(net, batch, p, before, gates);
        advance(net, batch, p, before, states + (row + batch) * net->state, gates);
    }
    for (long row = 0; row < rows; row++)
        read_out(net, p, states + (row + batch) * net->state,
                 factors ? factors + row * net->hidden : NULL, readouts + row * net->outputs);
}

static void step(const foretide_network *net, const float *p, const float *input, float *state,
                 float *tape, float *readout) {
    project(net, 1, p, input, tape);
    recur(net, 1, p, state, tape);
    advance(net, 1, p, state, state, tape);
    read_out(net, p, state, NULL, readout);
}

// dh ← dh + Vᵀ·dy.   dy: [O], dh: [H].
INLINE void read_out_back(const foretide_network *net, const float *p, const float *factors,
                          const float *dy, float *dh) {
    for (long output = 0; output < net->outputs; output++) {
        // A target that is missing: nothing to add, whatever the weights are.
        if (dy[output] == 0) continue;
        const float *weights = p + net->readout_weights + output * net->hidden;
        EACH_UNIT(net->hidden) {
            floats weight = load(lanes, weights + j);
            if (factors) weight *= load(lanes, factors + j);
            store(lanes, dh + j, add_product(all(dy[output]), weight, load(lanes, dh + j)));
        }
    }
}

// dstate of one window to that before a step, but for the products.
INLINE void retreat(const foretide_network *net, const float *p, const float *before,
                    const float *after, float *tape, float *dstate) {
    switch (net->cell) {
    case FORETIDE_ELMAN:
        elman_units_back(net->activation, net->hidden, after, tape, dstate);
        break;
    case FORETIDE_GRU: gru_units_back(net->hidden, before, tape, dstate); break;
    case FORETIDE_LSTM: lstm_units_back(net->hidden, NULL, before, tape, dstate); break;
    case FORETIDE_PEEPHOLE:
        lstm_units_back(net->hidden, p + net->peephole, before, tape, dstate);
        break;
    }
}

static void backward(const foretide_network *net, long steps, long batch, const float *p,
                     const float *inputs, const float *factors, const float *states,
                     const float *readout_gradients, float *tape, float *transposed,
                     float *state_gradients, float *gradients) {
    memset(state_gradients, 0, sizeof(float) * batch * net->state);
    transpose(net->hidden, net->gates, p + net->recurrent_weights, transposed);
    for (long first = (steps - 1) * batch; first >= 0; first -= batch) {
        for (long b = 0; b < batch; b++) {
            long row = first + b;
            float *dstate = state_gradients + b * net->state;
            read_out_back(net, p, factors ? factors + row * net->hidden : NULL,
                          readout_gradients + row * net->outputs, dstate);
            retreat(net, p, states + row * net->state, states + (row + batch) * net->state,
                    tape + row * net->tape, dstate);
        }
        product(batch, net->hidden, net->gates,
                (matrix){tape + first * net->tape + recurrent_column(net), net->tape, 1},
                transposed, net->hidden, state_gradients, net->state, state_gradients, net->state);
    }
    cell_gradients(net, steps * batch, batch, inputs, states, tape, gradients);
    read_out_gradients(net, steps * batch, factors, states + batch * net->state, readout_gradients,
                      gradients);
}
