// Windows of small networks, of 32 units at most: a state and the sums of its products stay in
// registers from one step to the next, and every loop over units is unrolled. A step that is alone
// waits only for its own arithmetic; a few rows of a batch and the windows of other networks come
// in turn and fill the gaps. More rows are better multiplied together, in tiles.

enum { SIDE_BY_SIDE = 8, MOST_FOURS = 8, MOST_VECTORS = MOST_FOURS / LANE_FOURS };

// Four numbers of h, the same in all fours of lanes. The index is a constant.
INLINE floats four_of(const floats *h, int four) {
#if LANES == 16
    const floats x = h[four / 4];
    switch (four % 4) {
    case 0: return HALVES(x, x, 0, 0);
    case 1: return HALVES(x, x, 1, 1);
    case 2: return HALVES(x, x, 2, 2);
    default: return HALVES(x, x, 3, 3);
    }
#elif LANES == 8
    const floats x = h[four / 2];
    return four % 2 == 0 ? __builtin_shufflevector(x, x, 0, 1, 2, 3, 0, 1, 2, 3)
                         : __builtin_shufflevector(x, x, 4, 5, 6, 7, 4, 5, 6, 7);
#else
    return h[four];
#endif
}

// The lane of each four in all of its lanes. The index is a constant.
INLINE floats lane_of(floats x, int lane) {
    switch (lane) {
    case 0: return IN_FOURS(x, x, 0, 0, 0, 0);
    case 1: return IN_FOURS(x, x, 1, 1, 1, 1);
    case 2: return IN_FOURS(x, x, 2, 2, 2, 2);
    default: return IN_FOURS(x, x, 3, 3, 3, 3);
    }
}

// b + W·x of a gate, as `project`.   x: [I], pre: [vectors].
INLINE void gate_inputs(foretide_cell cell, int fours, const foretide_network *net,
                        const float *p, int gate, const float *x, floats *pre) {
    const int vectors = (fours + LANE_FOURS - 1) / LANE_FOURS;
    const float *bias = p + net->bias + gate * net->hidden;
    const float *weights = p + net->input_weights + gate * net->hidden;
    const bool has_inputs = cell != FORETIDE_GRU || gate < 3;
    const part last = first(net->hidden - LANES * (vectors - 1)), whole = first(LANES);
#define LAST(v) ((v) == vectors - 1 ? last : whole)
    UNROLL for (int v = 0; v < vectors; v++)
        pre[v] = net->has_bias ? load(LAST(v), bias + LANES * v) : all(0);
    for (int i = 0; has_inputs && i < net->inputs; i++, weights += net->gates) {
        const floats factor = all(x[i]);
        UNROLL for (int v = 0; v < vectors; v++)
            pre[v] = fused(load(LAST(v), weights + LANES * v), factor, pre[v]);
    }
#undef LAST
}

// U·h of a gate, as `add_columns`.   h, product: [vectors].
INLINE void gate_columns(int fours, const floats *h, const float *panel, floats *product) {
    const int all_chains = fours * 4 / LANE_FOURS;
    UNROLL for (int first = 0; first < all_chains; first += PANEL_CHAINS) {
        const int left = all_chains - first, chains = left < PANEL_CHAINS ? left : PANEL_CHAINS;
        floats sums[PANEL_CHAINS];
        UNROLL for (int chain = 0; chain < chains; chain++) sums[chain] = all(0);
        UNROLL for (int four = 0; four < fours; four++) {
            const floats states = four_of(h, four);
            UNROLL for (int chain = 0; chain < chains; chain++)
                sums[chain] = fused(load_all(panel + (four * chains + chain) * LANES),
                                    states, sums[chain]);
        }
        UNROLL for (int chain = 0; chain < chains; chain += 4)
            product[(first + chain) / 4] = columns_of(chains - chain < 4 ? 2 : 4, sums + chain);
        panel += fours * chains * LANES;
    }
}

// sums ← sums + dg·Uᵀ of a gate, not yet added up by `units_of`.   dg: [vectors], sums: [fours].
INLINE void gate_units(int fours, const floats *dg, const float *panel, floats *sums) {
    const int all_chains = fours * 4 / LANE_FOURS;
    UNROLL for (int first = 0; first < all_chains; first += PANEL_CHAINS) {
        const int left = all_chains - first, chains = left < PANEL_CHAINS ? left : PANEL_CHAINS;
        UNROLL for (int chain = 0; chain < chains; chain++) {
            floats gradients = dg[(first + chain) / 4];
            if (chains - chain / 4 * 4 < 4) gradients = spread(gradients);
            gradients = lane_of(gradients, chain % 4);
            UNROLL for (int four = 0; four < fours; four++)
                sums[four] = fused(load_all(panel + (four * chains + chain) * LANES),
                                         gradients, sums[four]);
        }
        panel += fours * chains * LANES;
    }
}

// One row one step on, as `advance`. cell and fours are constants; x: [I], tape: [tape],
// state: [vectors], panels: [gates].
INLINE void small_row(foretide_cell cell, int fours, const foretide_network *net, const float *p,
                      const float *panels, const float *x, float *tape, units *state) {
    const int vectors = (fours + LANE_FOURS - 1) / LANE_FOURS;
    const int recurrent = cell == FORETIDE_GRU ? 1 : 0;
    const long width = vectors * LANES, panel = fours * fours * 4 / LANE_FOURS * LANES;
    floats h[MOST_VECTORS], in[MOST_VECTORS], pre[4][MOST_VECTORS];
    peepholes peek;
    const bool peeks = cell == FORETIDE_PEEPHOLE;
    UNROLL for (int v = 0; v < vectors; v++) h[v] = state[v].h;
#define GATE(gate)                                                                              \
    gate_columns(fours, h, panels + ((gate) - recurrent) * panel, pre[gate]);                   \
    gate_inputs(cell, fours, net, p, gate, x, in);                                              \
    UNROLL for (int v = 0; v < vectors; v++) pre[gate][v] = in[v] + pre[gate][v]
    switch (cell) {
    case FORETIDE_ELMAN:
        GATE(0);
        UNROLL for (int v = 0; v < vectors; v++)
            state[v].h = activated(net->activation, pre[0][v]);
        break;
    case FORETIDE_GRU:
        GATE(1);
        UNROLL for (int v = 0; v < vectors; v++) {
            pre[1][v] = sigmoid_of(pre[1][v]);
            store_all(tape + width + LANES * v, pre[1][v]);
        }
        GATE(2);
        GATE(3);
        gate_inputs(cell, fours, net, p, 0, x, pre[0]);
        UNROLL for (int v = 0; v < vectors; v++)
            state[v].h = gru_units(width, tape + LANES * v, pre[0][v], pre[1][v], pre[2][v],
                                   pre[3][v], h[v]);
        break;
    case FORETIDE_LSTM:
    case FORETIDE_PEEPHOLE:
        GATE(0);
        GATE(1);
        GATE(3);
        UNROLL for (int v = 0; v < vectors; v++) {
            if (peeks) peek = peepholes_at(net, p, LANES * v);
            state[v].c = lstm_memory(width, tape + LANES * v, peeks ? &peek : NULL, pre[0][v],
                                     pre[1][v], pre[3][v], state[v].c);
        }
        GATE(2);
        UNROLL for (int v = 0; v < vectors; v++) {
            if (peeks) peek = peepholes_at(net, p, LANES * v);
            state[v].h = lstm_output(width, tape + LANES * v, peeks ? &peek : NULL, pre[2][v],
                                     state[v].c);
        }
        break;
    }
#undef GATE
}

// All steps of all windows. A state is read again only where others came in between.
INLINE void small_rows(foretide_cell cell, int fours, const window_shape *shape,
                       const foretide_window *windows, const scratch_parts *parts, long count) {
    const int vectors = (fours + LANE_FOURS - 1) / LANE_FOURS;
    const long width = vectors * LANES, batch = shape->batch;
    const bool two_states = cell == FORETIDE_LSTM || cell == FORETIDE_PEEPHOLE;
    const long row_count = two_states ? 2 * width : width;
    // A copy, which no store can change.
    const foretide_network net = *shape->net;
    units state[MOST_VECTORS];
    bool read = true;
    for (long first = 0; first < shape->rows; first += batch, foretide_prefetch_some())
        for (long i = 0; i < count; i++)
            for (long row = first; row < first + batch; row++) {
                float *before = parts[i].states + row * row_count;
                float *after = before + batch * row_count;
                UNROLL for (int v = 0; v < vectors && read; v++) {
                    state[v].h = load_all(before + LANES * v);
                    if (two_states) state[v].c = load_all(before + width + LANES * v);
                }
                small_row(cell, fours, &net, windows[i].parameters, parts[i].panels,
                          (const float *)windows[i].inputs + row * net.inputs,
                          parts[i].tape + row * shape->tape, state);
                UNROLL for (int v = 0; v < vectors; v++) {
                    store_all(after + LANES * v, state[v].h);
                    if (two_states) store_all(after + width + LANES * v, state[v].c);
                }
                read = count * batch > 1;
            }
}

// One row one step back, as `retreat` and `add_units`.
INLINE void small_row_back(foretide_cell cell, int fours, const foretide_network *net,
                           const float *p, const float *panels, const float *before,
                           const float *after, const float *dh, float *tape, float *deltas,
                           units *dstate) {
    const int vectors = (fours + LANE_FOURS - 1) / LANE_FOURS;
    const int gates = cell == FORETIDE_ELMAN ? 1 : cell == FORETIDE_GRU ? 3 : 4;
    const long width = vectors * LANES, gate_count = fours * fours * 4 / LANE_FOURS * LANES;
    floats gradients[4][MOST_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) {
        peepholes peek;
        if (cell == FORETIDE_PEEPHOLE) peek = peepholes_at(net, p, LANES * v);
        float *place = tape + LANES * v;
        unit_gradients back =
            units_back(net, cell, width, place, cell == FORETIDE_PEEPHOLE ? &peek : NULL,
                       before + LANES * v, after + LANES * v,
                       dstate[v].h + load_all(dh + LANES * v), dstate[v].c);
        const part lanes = first(net->hidden - LANES * v);
        float *delta = deltas + LANES * v;
        if (cell == FORETIDE_GRU) {
            store(lanes, delta, load_all(place));
            delta += net->hidden;
        }
        UNROLL for (int gate = 0; gate < gates; gate++) {
            gradients[gate][v] = back.gates[gate];
            store(lanes, delta + gate * net->hidden, back.gates[gate]);
        }
        dstate[v] = back.state;
    }
    floats sums[MOST_FOURS];
    UNROLL for (int four = 0; four < fours; four++) sums[four] = all(0);
    UNROLL for (int gate = 0; gate < gates; gate++)
        gate_units(fours, gradients[gate], panels + gate * gate_count, sums);
    UNROLL for (int v = 0; v < vectors; v++) {
        const int left = fours - v * LANE_FOURS;
        dstate[v].h += units_of(left < LANE_FOURS ? left : 4, sums + v * LANE_FOURS);
    }
}

INLINE void small_rows_back(foretide_cell cell, int fours, const window_shape *shape,
                            const foretide_window *windows, const scratch_parts *parts,
                            long count) {
    const int vectors = (fours + LANE_FOURS - 1) / LANE_FOURS;
    const long width = vectors * LANES, batch = shape->batch;
    const bool two_states = cell == FORETIDE_LSTM || cell == FORETIDE_PEEPHOLE;
    const long row_count = two_states ? 2 * width : width;
    // A copy, which no store can change.
    const foretide_network net = *shape->net;
    units dstate[MOST_VECTORS];
    bool alone = count * batch == 1;
    UNROLL for (int v = 0; v < vectors; v++) dstate[v] = (units){all(0), all(0)};
    for (long first = shape->rows - batch; first >= 0; first -= batch, foretide_prefetch_some())
        for (long i = 0; i < count; i++)
            for (long row = first; row < first + batch; row++) {
                const float *before = parts[i].states + row * row_count;
                float *place = parts[i].dstate + (row - first) * row_count;
                UNROLL for (int v = 0; v < vectors && !alone; v++) {
                    dstate[v].h = load_all(place + LANES * v);
                    if (two_states) dstate[v].c = load_all(place + width + LANES * v);
                }
                small_row_back(cell, fours, &net, windows[i].parameters, parts[i].panels, before,
                               before + batch * row_count, parts[i].readout + row * width,
                               parts[i].tape + row * shape->tape,
                               parts[i].deltas + row * parts[i].delta_row, dstate);
                if (alone && row > 0) continue;
                UNROLL for (int v = 0; v < vectors; v++) {
                    store_all(place + LANES * v, dstate[v].h);
                    if (two_states) store_all(place + width + LANES * v, dstate[v].c);
                }
            }
}

// One function for each cell and size; false where the network or its batch is too large for any.
#define SIZES(run, cell)                                                                        \
    switch (shape->size.fours) {                                                                \
    case 2: run(cell, 2, shape, windows, parts, count); return true;                            \
    case 4: run(cell, 4, shape, windows, parts, count); return true;                            \
    case 6: run(cell, 6, shape, windows, parts, count); return true;                            \
    case 8: run(cell, 8, shape, windows, parts, count); return true;                            \
    default: return false;                                                                      \
    }
#define CELLS(run)                                                                              \
    switch (shape->net->cell) {                                                                 \
    case FORETIDE_ELMAN: SIZES(run, FORETIDE_ELMAN)                                             \
    case FORETIDE_GRU: SIZES(run, FORETIDE_GRU)                                                 \
    case FORETIDE_LSTM: SIZES(run, FORETIDE_LSTM)                                               \
    case FORETIDE_PEEPHOLE: SIZES(run, FORETIDE_PEEPHOLE)                                       \
    }

static bool small_forward(const window_shape *shape, const foretide_window *windows,
                          const scratch_parts *parts, long count) {
#if LANES > 4
    if (shape->batch >= PANEL_ROWS) return false;
    CELLS(small_rows)
#else
    return false;
#endif
}

static bool small_backward(const window_shape *shape, const foretide_window *windows,
                           const scratch_parts *parts, long count) {
#if LANES > 4
    if (shape->batch >= PANEL_ROWS) return false;
    CELLS(small_rows_back)
#else
    return false;
#endif
}
#undef CELLS
#undef SIZES
