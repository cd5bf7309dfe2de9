// The most that the level's registers can do: the yardstick of `foretide bench`.

// Products and sums under way at once, none of which waits for another: enough to hide their
// latency, and few enough to stay in registers with the two constants.
enum { CHAINS = REGISTERS * 3 / 4 };

// x ← x·factor + term, `rounds` times on each of CHAINS vectors.
static long multiply_adds(long rounds, float factor, float term, float *result) {
    floats x[CHAINS];
    UNROLL for (int i = 0; i < CHAINS; i++) x[i] = all(i);
    for (long round = 0; round < rounds; round++)
        UNROLL for (int i = 0; i < CHAINS; i++)
            x[i] = add_product(x[i], all(factor), all(term));
    UNROLL for (int i = 1; i < CHAINS; i++) x[0] += x[i];
    *result = sum(x[0]);
    return 2L * LANES * CHAINS * rounds;
}
