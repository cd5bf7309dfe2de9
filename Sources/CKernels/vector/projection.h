// What the inputs bring to the pre-activations: the tape of a step before the state comes to it.

// The numbers of the tape that are written ahead: half of a first cache.
enum { AHEAD = 6144 };

// tape ← b + W·x for `rows` rows.
INLINE void project(const window_shape *shape, long rows, const float *p, const float *inputs,
                    float *tape) {
    const foretide_network *net = shape->net;
    const geometry size = shape->size;
    const matrix x = {inputs, net->inputs, 1};
    const float *bias = net->has_bias ? p + net->bias : NULL, *weights = p + net->input_weights;
    if (size.units == size.width)
        product(rows, net->gates, net->inputs, x, (rows_of){weights, net->gates},
                (rows_of){bias, 0}, (result){tape, shape->tape, true});
    else
        for (long gate = 0; gate < shape->gates; gate++)
            product(rows, size.units, net->inputs, x,
                    (rows_of){weights + gate * size.units, net->gates},
                    (rows_of){bias ? bias + gate * size.units : NULL, 0},
                    (result){tape + gate * size.width, shape->tape, true});
    if (net->cell != FORETIDE_GRU) return;
    // The bias of U·h for the candidate, which the reset gate comes between.
    for (long row = 0; row < rows; row++)
        widen(size, 1, bias + net->gates, tape + row * shape->tape + 3 * size.width);
}

// The same for the rows from `first_row` on, `rows` or as many as there are.
static void project_rows(const window_shape *shape, const foretide_window *window,
                         const scratch_parts *parts, long first_row, long rows) {
    const long left = shape->rows - first_row;
    project(shape, rows < left ? rows : left, window->parameters,
            (const float *)window->inputs + first_row * shape->net->inputs,
            parts->tape + first_row * shape->tape);
}

// So many rows of whole steps that they are still in the first cache when they are needed.
INLINE long rows_ahead(const window_shape *shape) {
    const long steps = AHEAD / (shape->batch * shape->tape);
    return steps > 0 ? steps * shape->batch : shape->batch;
}
