// A window of T steps of a network forward and backward, for B windows side by side of one network,
// and for several networks in turn at every step, so that one waits while another computes.

// tape ← tape + U·h of the gates first..<end, for B rows.   before: [B, state], tape: [B, tape].
INLINE void recur(const window_shape *shape, const recurrence *u, long first, long end,
                  const float *before, float *tape) {
    const geometry size = shape->size;
    float *place = tape + shape->recurrent + first * size.width;
    if (u->weights)
        return add_row(size, end - first, before, u->weights + first * size.units,
                       shape->net->gates, place);
    for (long gate = first; gate < end; gate++, place += size.width)
        add_columns(size, shape->batch, before, shape->state, u->panels + gate * panel_count(size),
                    place, shape->tape);
}

// The states of B rows one step on, from the pre-activations on the tape but for U·h. What needs no
// more than some gates is computed while the products of the others are still summed up.
// before, after: [B, state], not the same; tape: [B, tape].
INLINE void advance(const window_shape *shape, const float *p, const recurrence *u,
                    const float *before, float *after, float *tape) {
    const foretide_network *net = shape->net;
    const long width = shape->size.width, batch = shape->batch;
    const long state = shape->state, tape_row = shape->tape;
    const bool peeks = net->cell == FORETIDE_PEEPHOLE;
    peepholes peek;
#define EACH_VECTOR                                                                             \
    for (long b = 0; b < batch; b++)                                                            \
        for (long j = 0; j < width; j += LANES)
#define AT(place, row) ((place) + b * (row) + j)
    switch (net->cell) {
    case FORETIDE_ELMAN:
        recur(shape, u, 0, 1, before, tape);
        EACH_VECTOR store_all(AT(after, state),
                              activated(net->activation, load_all(AT(tape, tape_row))));
        break;
    case FORETIDE_GRU:
        recur(shape, u, 0, 1, before, tape);
        EACH_VECTOR {
            float *reset = AT(tape, tape_row) + width;
            store_all(reset, sigmoid_of(load_all(reset)));
        }
        recur(shape, u, 1, 3, before, tape);
        EACH_VECTOR {
            float *gates = AT(tape, tape_row);
            store_all(AT(after, state),
                      gru_units(width, gates, load_all(gates), load_all(gates + width),
                                load_all(gates + 2 * width), load_all(gates + 3 * width),
                                load_all(AT(before, state))));
        }
        break;
    case FORETIDE_LSTM:
    case FORETIDE_PEEPHOLE:
        recur(shape, u, 0, 2, before, tape);
        recur(shape, u, 3, 4, before, tape);
        EACH_VECTOR {
            float *gates = AT(tape, tape_row);
            if (peeks) peek = peepholes_at(net, p, j);
            store_all(AT(after, state) + width,
                      lstm_memory(width, gates, peeks ? &peek : NULL, load_all(gates),
                                  load_all(gates + width), load_all(gates + 3 * width),
                                  load_all(AT(before, state) + width)));
        }
        recur(shape, u, 2, 3, before, tape);
        EACH_VECTOR {
            float *gates = AT(tape, tape_row), *place = AT(after, state);
            if (peeks) peek = peepholes_at(net, p, j);
            store_all(place, lstm_output(width, gates, peeks ? &peek : NULL,
                                         load_all(gates + 2 * width), load_all(place + width)));
        }
        break;
    }
#undef AT
#undef EACH_VECTOR
}

// y ← V·h + v of one output for `rows` rows, a constant and 4 at most.
// weights: [H], h: [rows, width], its rows `row` apart; y: [rows], `outputs` apart.
INLINE void read_out_rows(int rows, long units, const float *weights, float bias, const float *h,
                          long row, float *y, long outputs) {
    floats totals[4] = {all(0), all(0), all(0), all(0)};
    for (long j = 0; j < units; j += LANES) {
        const floats numbers = load(first(units - j), weights + j);
        UNROLL for (int k = 0; k < rows; k++)
            totals[k] = fused(load_all(h + k * row + j), numbers, totals[k]);
    }
    const floats sums = all(bias) + sums_of(totals[0], totals[1], totals[2], totals[3]);
    UNROLL for (int k = 0; k < rows; k++) y[k * outputs] = sums[k];
}

// y ← V·h + v for some rows.   h: [rows, width], its rows `row` apart; y: [rows, O].
INLINE void read_out(const window_shape *shape, long rows, const float *p, const float *h,
                     long row, float *y) {
    const long units = shape->size.units, outputs = shape->net->outputs;
    const float *weights = p + shape->net->readout_weights;
    for (long output = 0; output < outputs; output++, weights += units) {
        const float bias = p[shape->net->readout_bias + output];
        long i = 0;
        for (; i + 4 <= rows; i += 4)
            read_out_rows(4, units, weights, bias, h + i * row, row, y + i * outputs + output,
                          outputs);
        for (; i < rows; i++)
            read_out_rows(1, units, weights, bias, h + i * row, row, y + i * outputs + output,
                          outputs);
    }
}

// padded ← padded∘factors.   factors: [rows, H].
INLINE void multiply(const window_shape *shape, const float *numbers, long row,
                     const float *factors, float *products) {
    const geometry size = shape->size;
    for (long i = 0; i < shape->rows; i++)
        for (long j = 0; j < size.width; j += LANES)
            store_all(products + i * size.width + j,
                      load_all(numbers + i * row + j) *
                          load(first(size.units - j), factors + i * size.units + j));
}

static void begin(const window_shape *shape, const foretide_window *window,
                  const scratch_parts *parts) {
    const foretide_network *net = shape->net;
    const float *p = window->parameters;
    for (long gate = 0; gate < shape->gates; gate++)
        pack(shape->size, p + net->recurrent_weights + gate * net->hidden, net->gates,
             parts->panels + gate * panel_count(shape->size));
    widen(shape->size, shape->batch * blocks_of[net->cell].state, window->states, parts->states);
}

static void finish(const window_shape *shape, const foretide_window *window,
                   const scratch_parts *parts) {
    const long blocks = blocks_of[shape->net->cell].state;
    const float *after = parts->states + shape->batch * shape->state;
    narrow(shape->size, shape->rows * blocks, after,
           (float *)window->states + shape->batch * shape->net->state);
    long row = shape->state;
    if (window->factors) {
        multiply(shape, after, row, window->factors, parts->readout);
        after = parts->readout;
        row = shape->size.width;
    }
    read_out(shape, shape->rows, window->parameters, after, row, window->readouts);
}

static void begin_back(const window_shape *shape, const foretide_window *window,
                       const scratch_parts *parts) {
    const foretide_network *net = shape->net;
    const float *after = parts->states + shape->batch * shape->state;
    const float *p = window->parameters;
    read_out_gradients(shape, window->factors ? parts->readout : after,
                       window->factors ? shape->size.width : shape->state,
                       window->readout_gradients, window->gradients);
    product(shape->rows, net->hidden, net->outputs,
            (matrix){window->readout_gradients, net->outputs, 1},
            (rows_of){p + net->readout_weights, net->hidden}, (rows_of){0},
            (result){parts->readout, shape->size.width, true});
    if (window->factors)
        multiply(shape, parts->readout, shape->size.width, window->factors, parts->readout);
    memset(parts->dstate, 0, sizeof(float) * shape->batch * shape->state);
}

// dstate of B rows to that before a step, but for the products. The cell is a constant.
INLINE void retreat(foretide_cell cell, const window_shape *shape, const float *p,
                    const scratch_parts *parts, long first_row) {
    const foretide_network *net = shape->net;
    const geometry size = shape->size;
    const long batch = shape->batch, width = size.width;
    const int gates = cell == FORETIDE_ELMAN ? 1 : cell == FORETIDE_GRU ? 3 : 4;
    const bool two_states = cell == FORETIDE_LSTM || cell == FORETIDE_PEEPHOLE;
    const long tape_row = (cell == FORETIDE_ELMAN ? 1 : gates + 1) * width;
    const long state = two_states ? 2 * width : width;
    float *tape = parts->tape + first_row * tape_row, *dstate = parts->dstate;
    const float *before = parts->states + first_row * state;
    const float *readout = parts->readout + first_row * width;
    for (long b = 0; b < batch; b++) {
        for (long j = 0; j < width; j += LANES) {
            peepholes peek;
            if (cell == FORETIDE_PEEPHOLE) peek = peepholes_at(net, p, j);
            unit_gradients back = units_back(
                net, cell, width, tape + j, cell == FORETIDE_PEEPHOLE ? &peek : NULL, before + j,
                before + batch * state + j, load_all(dstate + j) + load_all(readout + j),
                two_states ? load_all(dstate + width + j) : all(0));
            float *gradients = tape + (cell == FORETIDE_GRU ? width : 0) + j;
            UNROLL for (int gate = 0; gate < gates; gate++)
                store_all(gradients + gate * width, back.gates[gate]);
            store_all(dstate + j, back.state.h);
            if (two_states) store_all(dstate + width + j, back.state.c);
        }
        tape += tape_row, before += state, readout += width, dstate += state;
    }
    if (parts->deltas != parts->tape)
        for (long row = first_row; row < first_row + batch; row++)
            narrow(size, blocks_of[net->cell].tape, parts->tape + row * tape_row,
                   parts->deltas + row * parts->delta_row);
}

static void retreat_cell(const window_shape *shape, const float *p, const scratch_parts *parts,
                         long first_row) {
    switch (shape->net->cell) {
    case FORETIDE_ELMAN: return retreat(FORETIDE_ELMAN, shape, p, parts, first_row);
    case FORETIDE_GRU: return retreat(FORETIDE_GRU, shape, p, parts, first_row);
    case FORETIDE_LSTM: return retreat(FORETIDE_LSTM, shape, p, parts, first_row);
    case FORETIDE_PEEPHOLE: return retreat(FORETIDE_PEEPHOLE, shape, p, parts, first_row);
    }
}

static void forward(const foretide_network *net, long steps, long batch,
                    const foretide_window *windows, long count) {
    const window_shape shape = shape_of(net, steps, batch);
    for (; count > SIDE_BY_SIDE; count -= SIDE_BY_SIDE, windows += SIDE_BY_SIDE)
        forward(net, steps, batch, windows, SIDE_BY_SIDE);
    const long ahead = rows_ahead(&shape);
    scratch_parts parts[SIDE_BY_SIDE];
    for (long i = 0; i < count; i++) {
        parts[i] = parts_of(&shape, windows[i].scratch);
        begin(&shape, &windows[i], &parts[i]);
    }
    if (!small_forward(&shape, windows, parts, count))
        for (long first = 0; first < shape.rows; first += batch, foretide_prefetch_some())
            for (long i = 0; i < count; i++) {
                const float *before = parts[i].states + first * shape.state;
                const recurrence u = {.panels = parts[i].panels};
                if (first % ahead == 0)
                    project_rows(&shape, &windows[i], &parts[i], first, ahead);
                advance(&shape, windows[i].parameters, &u, before,
                        (float *)before + batch * shape.state, parts[i].tape + first * shape.tape);
            }
    for (long i = 0; i < count; i++) finish(&shape, &windows[i], &parts[i]);
}

static void backward(const foretide_network *net, long steps, long batch,
                     const foretide_window *windows, long count) {
    const window_shape shape = shape_of(net, steps, batch);
    for (; count > SIDE_BY_SIDE; count -= SIDE_BY_SIDE, windows += SIDE_BY_SIDE)
        backward(net, steps, batch, windows, SIDE_BY_SIDE);
    scratch_parts parts[SIDE_BY_SIDE];
    for (long i = 0; i < count; i++) {
        parts[i] = parts_of(&shape, windows[i].scratch);
        begin_back(&shape, &windows[i], &parts[i]);
    }
    if (!small_backward(&shape, windows, parts, count))
        for (long first = shape.rows - batch; first >= 0; first -= batch, foretide_prefetch_some())
            for (long i = 0; i < count; i++) {
                retreat_cell(&shape, windows[i].parameters, &parts[i], first);
                add_units(shape.size, shape.gates, batch,
                          parts[i].tape + first * shape.tape + shape.recurrent, shape.tape,
                          parts[i].panels, parts[i].dstate, shape.state);
            }
    for (long i = 0; i < count; i++) {
        cell_gradients(&shape, &parts[i], windows[i].inputs, windows[i].gradients);
        narrow(shape.size, batch * blocks_of[net->cell].state, parts[i].dstate,
               windows[i].state_gradients);
    }
}

static long step_scratch_count(const foretide_network *net) {
    const window_shape shape = shape_of(net, 1, 1);
    return 2 * shape.state + shape.tape + LANES;
}

INLINE void step_of(const foretide_network *net, const float *p, const float *input, float *state,
                    float *scratch, float *readout) {
    const window_shape shape = shape_of(net, 1, 1);
    const long blocks = blocks_of[net->cell].state;
    float *before = (float *)(((uintptr_t)scratch + 4 * LANES - 1) & -(uintptr_t)(4 * LANES));
    float *after = before + shape.state, *tape = after + shape.state;
    const recurrence u = {.weights = p + net->recurrent_weights};
    widen(shape.size, blocks, state, before);
    project(&shape, 1, p, input, tape);
    advance(&shape, p, &u, before, after, tape);
    narrow(shape.size, blocks, after, state);
    read_out(&shape, 1, p, after, 0, readout);
}

static void step(const foretide_network *net, const float *p, const float *input, float *state,
                 float *scratch, float *readout) {
    foretide_prefetch_some();
    // A copy in which the sizes are constants unrolls the loops of usual nets.
    foretide_network known = *net;
#define GRU_OF(units)                                                                           \
    if (net->cell == FORETIDE_GRU && net->hidden == (units)) {                                  \
        known.cell = FORETIDE_GRU, known.hidden = (units), known.gates = 3 * (units);           \
        return step_of(&known, p, input, state, scratch, readout);                              \
    }
    GRU_OF(24)
    GRU_OF(32)
#undef GRU_OF
    step_of(net, p, input, state, scratch, readout);
}
