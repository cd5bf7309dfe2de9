// What the passes over a network share.

enum { LARGEST_HIDDEN = 512 };
static const float no_bias[4 * LARGEST_HIDDEN];

// The first column of the tape that sees the state.
INLINE long recurrent_column(const foretide_network *net) {
    return net->cell == FORETIDE_GRU ? net->hidden : 0;
}
