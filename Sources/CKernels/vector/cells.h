// What a step of each cell does with a vector of units after its products, and the way back; the
// equations are those of Sources/Networks/CellStep*.swift. tape: where the units' first gate is,
// the others `width` behind each other: from the pre-activations to the gates.

// 1 − y², the slope of tanh where it is y.
INLINE floats one_less_square(floats y) { return fused(-y, y, all(1)); }

// The state of some units: h, and the LSTM's c.
typedef struct {
    floats h, c;
} units;

// ∂loss/∂(the pre-activations) of some units, in the order of the recurrent weights' columns, and
// ∂loss/∂state before the step but for the products.
typedef struct {
    floats gates[4];
    units state;
} unit_gradients;

// h′ = (1 − z)∘n + z∘h, with r as it is on the tape; input and recurrent are n's W·x + b and
// U·h + b, update is z before its function.
INLINE floats gru_units(long width, float *tape, floats input, floats reset, floats update,
                        floats recurrent, floats old) {
    floats candidate = tanh_of(fused(reset, recurrent, input));
    update = sigmoid_of(update);
    store_all(tape, candidate);
    store_all(tape + 2 * width, update);
    store_all(tape + 3 * width, recurrent);
    return fused(all(1) - update, candidate, update * old);
}

// The gradient of n's input, which comes before the gates, goes to the tape here.
INLINE unit_gradients gru_units_back(long width, float *tape, floats before, floats dh) {
    floats candidate = load_all(tape);
    floats reset = load_all(tape + width);
    floats update = load_all(tape + 2 * width);
    floats recurrent = load_all(tape + 3 * width);
    floats dcandidate = dh * ((all(1) - update) * (one_less_square(candidate)));
    store_all(tape, dcandidate);
    return (unit_gradients){
        .gates = {dcandidate * (recurrent * (reset * (all(1) - reset))),
                  dh * ((before - candidate) * (update * (all(1) - update))), dcandidate * reset},
        .state = {dh * update, all(0)}};
}

// p_i, p_f and p_o of some units.
typedef struct {
    floats in, keep, out;
} peepholes;

// c′ = f∘c + i∘g; leaves tanh(c′) on the tape.   peek: NULL for the LSTM without.
INLINE floats lstm_memory(long width, float *tape, const peepholes *peek, floats in, floats keep,
                          floats candidate, floats old) {
    if (peek) {
        in = fused(peek->in, old, in);
        keep = fused(peek->keep, old, keep);
    }
    in = sigmoid_of(in);
    keep = sigmoid_of(keep);
    candidate = tanh_of(candidate);
    floats memory = fused(keep, old, in * candidate);
    store_all(tape, in);
    store_all(tape + width, keep);
    store_all(tape + 3 * width, candidate);
    store_all(tape + 4 * width, tanh_of(memory));
    return memory;
}

// h′ = o∘tanh(c′).
INLINE floats lstm_output(long width, float *tape, const peepholes *peek, floats out,
                          floats memory) {
    if (peek) out = fused(peek->out, memory, out);
    out = sigmoid_of(out);
    store_all(tape + 2 * width, out);
    return out * load_all(tape + 4 * width);
}

INLINE unit_gradients lstm_units_back(long width, const float *tape, const peepholes *peek,
                                      floats before, floats dh, floats dmemory) {
    floats in = load_all(tape);
    floats keep = load_all(tape + width);
    floats out = load_all(tape + 2 * width);
    floats candidate = load_all(tape + 3 * width);
    floats squashed = load_all(tape + 4 * width);
    floats dout = dh * (squashed * (out * (all(1) - out)));
    dmemory = fused(dh, out * (one_less_square(squashed)), dmemory);
    if (peek) dmemory = fused(dout, peek->out, dmemory);
    floats din = dmemory * (candidate * (in * (all(1) - in)));
    floats dkeep = dmemory * (before * (keep * (all(1) - keep)));
    floats dold = dmemory * keep;
    if (peek) dold = fused(dkeep, peek->keep, fused(din, peek->in, dold));
    return (unit_gradients){
        .gates = {din, dkeep, dout, dmemory * (in * (one_less_square(candidate)))},
        .state = {all(0), dold}};
}

INLINE floats activated(foretide_activation activation, floats x) {
    switch (activation) {
    case FORETIDE_TANH: return tanh_of(x);
    case FORETIDE_SIGMOID: return sigmoid_of(x);
    case FORETIDE_RELU: return (floats)((integers)x & ~(x < all(0)));  // A NaN stays.
    case FORETIDE_IDENTITY: return x;
    }
}

INLINE floats slope(foretide_activation activation, floats y) {
    switch (activation) {
    case FORETIDE_TANH: return one_less_square(y);
    case FORETIDE_SIGMOID: return y * (all(1) - y);
    case FORETIDE_RELU: return (floats)((integers)all(1) & ~(y <= all(0)));
    case FORETIDE_IDENTITY: return all(1);
    }
}

INLINE unit_gradients elman_units_back(foretide_activation activation, floats after, floats dh) {
    return (unit_gradients){.gates = {dh * slope(activation, after)}, .state = {all(0), all(0)}};
}

// The way back of any cell. before, after: where the units' h is, c is `width` behind it.
INLINE unit_gradients units_back(const foretide_network *net, foretide_cell cell, long width,
                                 float *tape, const peepholes *peek, const float *before,
                                 const float *after, floats dh, floats dmemory) {
    switch (cell) {
    case FORETIDE_ELMAN: return elman_units_back(net->activation, load_all(after), dh);
    case FORETIDE_GRU: return gru_units_back(width, tape, load_all(before), dh);
    case FORETIDE_LSTM:
    case FORETIDE_PEEPHOLE:
        return lstm_units_back(width, tape, peek, load_all(before + width), dh, dmemory);
    }
}
