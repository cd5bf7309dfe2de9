static float sum_of_squares(const float *x, long count) {
    enum { CHAINS = 4 };
    floats sums[CHAINS] = {all(0), all(0), all(0), all(0)};
    long i = 0;
    for (; i + CHAINS * LANES <= count; i += CHAINS * LANES)
        UNROLL for (int chain = 0; chain < CHAINS; chain++) {
            floats numbers = load_all(x + i + LANES * chain);
            sums[chain] = add_product(numbers, numbers, sums[chain]);
        }
    float total = sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
    for (; i < count; i++) total += x[i] * x[i];
    return total;
}

// So many numbers ahead that memory has the time to answer: a net that has not learned for a while
// is in no cache.
enum { MOMENTS_AHEAD = 512 };

// m ← β₁·m + (1−β₁)·g, v ← β₂·v + (1−β₂)·g², p ← p − size·m/(√v·unbias + ε), with the decay in g.
static void adam(float *restrict p, float *restrict m, float *restrict v, const float *restrict g,
                 long count, float decay, float beta1, float beta2, float size, float unbias,
                 float epsilon) {
    float new1 = 1 - beta1, new2 = 1 - beta2;
    long i = 0;
    for (; i + LANES <= count; i += LANES) {
        if (i % MOMENTS_AHEAD == 0) foretide_prefetch_some();
        __builtin_prefetch(m + i + MOMENTS_AHEAD, 1);
        __builtin_prefetch(v + i + MOMENTS_AHEAD, 1);
        floats value = load_all(p + i);
        floats gradient = add_product(all(decay), value, load_all(g + i));
        floats mean = add_product(all(beta1), load_all(m + i), all(new1) * gradient);
        floats square =
            add_product(all(beta2), load_all(v + i), all(new2) * (gradient * gradient));
        floats root =
            add_product(__builtin_elementwise_sqrt(square), all(unbias), all(epsilon));
        store_all(m + i, mean);
        store_all(v + i, square);
        store_all(p + i, value - all(size) * mean / root);
    }
    for (; i < count; i++) {
        float gradient = g[i] + decay * p[i];
        m[i] = beta1 * m[i] + new1 * gradient;
        v[i] = beta2 * v[i] + new2 * (gradient * gradient);
        p[i] -= size * m[i] / (sqrtf(v[i]) * unbias + epsilon);
    }
}
