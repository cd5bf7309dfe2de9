// Numbers that take about as long as memory takes to answer.
enum { PREFETCH_EVERY = 256 };

static float add_distances(float *restrict distances, const float *restrict past, long count,
                           float newest, float scale, float decay, float largest, long compared) {
    long i = 0;
    floats least = all(INFINITY);
    for (; i + LANES <= count; i += LANES) {
        if (i % PREFETCH_EVERY == 0) foretide_prefetch_some();
        floats difference = (all(newest) - load_all(past + i)) * all(scale);
        floats square = difference * difference;
        square = choose(square < all(largest), square, all(largest));
        floats distance = add_product(all(decay), load_all(distances + i), square);
        store_all(distances + i, distance);
        if (i + LANES <= compared) least = choose(distance < least, distance, least);
    }
    float smallest = INFINITY, lanes[LANES];
    store_all(lanes, least);
    for (int lane = 0; lane < LANES; lane++) smallest = fminf(smallest, lanes[lane]);
    for (long k = i; k < count; k++) {
        float difference = (newest - past[k]) * scale;
        float square = difference * difference;
        distances[k] = decay * distances[k] + (square < largest ? square : largest);
    }
    // What of the compared ones lies beyond the last whole vector of them.
    for (long k = compared & ~(long)(LANES - 1); k < compared; k++)
        smallest = fminf(smallest, distances[k]);
    return smallest;
}

static void weighted_sums(const float *distances, float least, float slope, const float *a,
                          const float *b, long count, float *sums) {
    floats sum_w = all(0), sum_a = all(0), sum_b = all(0);
    long i = 0;
    for (; i + LANES <= count; i += LANES) {
        if (i % PREFETCH_EVERY == 0) foretide_prefetch_some();
        floats weight = all(1) - (load_all(distances + i) - all(least)) * all(slope);
        weight = choose(weight < all(0), all(0), weight);
        weight *= weight;
        weight *= weight;
        weight *= weight;
        sum_w += weight;
        sum_a = add_product(weight, load_all(a + i), sum_a);
        sum_b = add_product(weight, load_all(b + i), sum_b);
    }
    float w = sum(sum_w), wa = sum(sum_a), wb = sum(sum_b);
    for (; i < count; i++) {
        float weight = fmaxf(1 - (distances[i] - least) * slope, 0);
        weight *= weight;
        weight *= weight;
        weight *= weight;
        w += weight;
        wa += weight * a[i];
        wb += weight * b[i];
    }
    sums[0] = w;
    sums[1] = wa;
    sums[2] = wb;
}
