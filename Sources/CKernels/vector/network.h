// Where a network's numbers are in the scratch memory of a window, in rows of whole vectors: every
// gate and the state are padded with zeros. Rows run over time and batch: row t·B + b is step t of
// window b; the states have B rows more.

typedef struct {
    const foretide_network *net;
    geometry size;
    long gates;      // G/H
    long state;      // S, padded
    long tape;       // P, padded
    long recurrent;  // The first column of the tape that sees the state.
    long steps, batch, rows;
} window_shape;

// G/H, S/H and P/H by cell: a division takes as long as twenty products.
static const struct {
    signed char gates, state, tape;
} blocks_of[] = {[FORETIDE_ELMAN] = {1, 1, 1},
                 [FORETIDE_GRU] = {3, 1, 4},
                 [FORETIDE_LSTM] = {4, 2, 5},
                 [FORETIDE_PEEPHOLE] = {4, 2, 5}};

INLINE window_shape shape_of(const foretide_network *net, long steps, long batch) {
    geometry size = geometry_of(net->hidden);
    return (window_shape){net, size, blocks_of[net->cell].gates,
                          blocks_of[net->cell].state * size.width,
                          blocks_of[net->cell].tape * size.width,
                          net->cell == FORETIDE_GRU ? size.width : 0, steps, batch, steps * batch};
}

// panels: [gates], as `pack` leaves them. states: [T+1, B, state]. tape: [T, B, tape], from the
// pre-activations to the gates, and back to the gradients of the pre-activations. readout:
// [T, B, width], what the readout sees where that is not h itself; on the way back ∂loss/∂h by way
// of the readout. dstate: [B, state], ∂loss/∂state. deltas: [T, B, P], the gradients of the
// pre-activations without padding, in rows `delta_row` apart: the tape itself where it has none.
typedef struct {
    float *panels, *states, *tape, *readout, *dstate, *deltas;
    long delta_row;
} scratch_parts;

// The numbers of a row of `deltas`: a whole number of the widest vectors.
INLINE long compact_row(const window_shape *shape) {
    return (shape->net->tape + 15) / 16 * 16;
}

static long scratch_count(const foretide_network *net, long steps, long batch) {
    window_shape shape = shape_of(net, steps, batch);
    return shape.gates * panel_count(shape.size) + (shape.rows + 2 * batch) * shape.state +
           shape.rows * (shape.tape + shape.size.width + compact_row(&shape)) + LANES;
}

static scratch_parts parts_of(const window_shape *shape, float *scratch) {
    float *place = (float *)(((uintptr_t)scratch + 4 * LANES - 1) & -(uintptr_t)(4 * LANES));
    scratch_parts parts;
    parts.panels = place;
    parts.states = parts.panels + shape->gates * panel_count(shape->size);
    parts.tape = parts.states + (shape->rows + shape->batch) * shape->state;
    parts.readout = parts.tape + shape->rows * shape->tape;
    parts.dstate = parts.readout + shape->rows * shape->size.width;
    parts.deltas = parts.dstate + shape->batch * shape->state;
    parts.delta_row = compact_row(shape);
    if (shape->size.units == shape->size.width) {
        parts.deltas = parts.tape;
        parts.delta_row = shape->tape;
    }
    return parts;
}

// Rows of H numbers in `blocks` blocks to rows of whole vectors, and back.
INLINE void widen(geometry size, long blocks, const float *numbers, float *padded) {
    for (long block = 0; block < blocks; block++)
        for (long j = 0; j < size.width; j += LANES)
            store_all(padded + block * size.width + j,
                      load(first(size.units - j), numbers + block * size.units + j));
}

INLINE void narrow(geometry size, long blocks, const float *padded, float *numbers) {
    if (size.units == size.width) {
        memcpy(numbers, padded, sizeof(float) * blocks * size.width);
        return;
    }
    for (long block = 0; block < blocks; block++)
        for (long j = 0; j < size.units; j += LANES)
            store(first(size.units - j), numbers + block * size.units + j,
                  load_all(padded + block * size.width + j));
}

// The peepholes of the units j… of a cell that has them.
INLINE peepholes peepholes_at(const foretide_network *net, const float *p, long j) {
    const float *place = p + net->peephole + j;
    const part lanes = first(net->hidden - j);
    return (peepholes){load(lanes, place), load(lanes, place + net->hidden),
                       load(lanes, place + 2 * net->hidden)};
}
