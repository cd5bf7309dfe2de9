// What a step of each cell does after its products, and the way back; the equations are those of
// Sources/Networks/CellStep*.swift. before, after: [S], the states around the step, which may be
// the same. tape: [P], from the pre-activations to the gates, and back to the gradients of the
// pre-activations. dstate: [S], ∂loss/∂state, from after to before but for the products.

INLINE void gru_units(int hidden, float *restrict tape, const float *before, float *after) {
    EACH_UNIT(hidden) {
        floats reset = sigmoid_of(load(lanes, tape + hidden + j));
        floats update = sigmoid_of(load(lanes, tape + 2 * hidden + j));
        floats recurrent = load(lanes, tape + 3 * hidden + j);
        floats candidate = tanh_of(add_product(reset, recurrent, load(lanes, tape + j)));
        store(lanes, tape + j, candidate);
        store(lanes, tape + hidden + j, reset);
        store(lanes, tape + 2 * hidden + j, update);
        floats old = load(lanes, before + j);
        store(lanes, after + j, add_product(update, old - candidate, candidate));
    }
}

INLINE void gru_units_back(int hidden, const float *before, float *restrict tape,
                           float *restrict dstate) {
    EACH_UNIT(hidden) {
        floats candidate = load(lanes, tape + j);
        floats reset = load(lanes, tape + hidden + j);
        floats update = load(lanes, tape + 2 * hidden + j);
        floats recurrent = load(lanes, tape + 3 * hidden + j);
        floats dh = load(lanes, dstate + j);
        floats dcandidate = dh * (all(1) - update) * (all(1) - candidate * candidate);
        floats dupdate = dh * (load(lanes, before + j) - candidate) * update * (all(1) - update);
        store(lanes, tape + j, dcandidate);
        store(lanes, tape + hidden + j, dcandidate * recurrent * reset * (all(1) - reset));
        store(lanes, tape + 2 * hidden + j, dupdate);
        store(lanes, tape + 3 * hidden + j, dcandidate * reset);
        store(lanes, dstate + j, dh * update);
    }
}

// peephole: [3·H] or NULL.
INLINE void lstm_units(int hidden, const float *peephole, float *restrict tape,
                       const float *before, float *after) {
    EACH_UNIT(hidden) {
        floats old = load(lanes, before + hidden + j);
        floats in = load(lanes, tape + j);
        floats keep = load(lanes, tape + hidden + j);
        floats out = load(lanes, tape + 2 * hidden + j);
        if (peephole) {
            in = add_product(load(lanes, peephole + j), old, in);
            keep = add_product(load(lanes, peephole + hidden + j), old, keep);
        }
        in = sigmoid_of(in);
        keep = sigmoid_of(keep);
        floats candidate = tanh_of(load(lanes, tape + 3 * hidden + j));
        floats memory = add_product(keep, old, in * candidate);
        if (peephole) out = add_product(load(lanes, peephole + 2 * hidden + j), memory, out);
        out = sigmoid_of(out);
        floats squashed = tanh_of(memory);
        store(lanes, tape + j, in);
        store(lanes, tape + hidden + j, keep);
        store(lanes, tape + 2 * hidden + j, out);
        store(lanes, tape + 3 * hidden + j, candidate);
        store(lanes, tape + 4 * hidden + j, squashed);
        store(lanes, after + hidden + j, memory);
        store(lanes, after + j, out * squashed);
    }
}

INLINE void lstm_units_back(int hidden, const float *peephole, const float *before,
                            float *restrict tape, float *restrict dstate) {
    EACH_UNIT(hidden) {
        floats in = load(lanes, tape + j);
        floats keep = load(lanes, tape + hidden + j);
        floats out = load(lanes, tape + 2 * hidden + j);
        floats candidate = load(lanes, tape + 3 * hidden + j);
        floats squashed = load(lanes, tape + 4 * hidden + j);
        floats old = load(lanes, before + hidden + j), dh = load(lanes, dstate + j);
        floats dout = dh * squashed * out * (all(1) - out);
        floats dmemory = load(lanes, dstate + hidden + j);
        dmemory += dh * out * (all(1) - squashed * squashed);
        if (peephole) dmemory = add_product(dout, load(lanes, peephole + 2 * hidden + j), dmemory);
        floats din = dmemory * candidate * in * (all(1) - in);
        floats dkeep = dmemory * old * keep * (all(1) - keep);
        floats dold = dmemory * keep;
        if (peephole) {
            dold = add_product(din, load(lanes, peephole + j), dold);
            dold = add_product(dkeep, load(lanes, peephole + hidden + j), dold);
        }
        store(lanes, tape + j, din);
        store(lanes, tape + hidden + j, dkeep);
        store(lanes, tape + 2 * hidden + j, dout);
        store(lanes, tape + 3 * hidden + j, dmemory * in * (all(1) - candidate * candidate));
        store(lanes, dstate + hidden + j, dold);
        store(lanes, dstate + j, all(0));
    }
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
    case FORETIDE_TANH: return all(1) - y * y;
    case FORETIDE_SIGMOID: return y * (all(1) - y);
    case FORETIDE_RELU: return (floats)((integers)all(1) & ~(y <= all(0)));
    case FORETIDE_IDENTITY: return all(1);
    }
}

INLINE void elman_units(foretide_activation activation, int hidden, float *restrict tape,
                        float *restrict state) {
    EACH_UNIT(hidden) {
        floats h = activated(activation, load(lanes, tape + j));
        store(lanes, state + j, h);
    }
}

INLINE void elman_units_back(foretide_activation activation, int hidden, const float *after,
                             float *restrict tape, float *restrict dstate) {
    EACH_UNIT(hidden) {
        store(lanes, tape + j, load(lanes, dstate + j) * slope(activation, load(lanes, after + j)));
        store(lanes, dstate + j, all(0));
    }
}
