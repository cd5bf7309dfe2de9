// The recurrent weights of a gate, U: [H, H], as both ways of a window read them, and the products
// with them and with their transpose. They are packed once a window.
//
// A vector holds four rows by LANES/4 columns, so that the state is needed four numbers at a time,
// the same ones in every four lanes; `chains` of such vectors lie side by side:
//
//     panel[fours][chains][LANES/4][4]: the rows 4·four + 0…3 of column block + span·lane + chain
//
// where `span` chains make a vector of columns in order: 4, or 2 for the last block of 16 lanes
// where no more than 8 columns are left. A panel has 8 chains at most, the last one of a gate what
// is left. Rows and columns beyond H are 0.

enum { LANE_FOURS = LANES / 4, PANEL_CHAINS = 8 };

typedef struct {
    long units;   // H
    long width;   // H in whole vectors: what a gate takes of a row of the tape.
    long fours;   // H in fours, so many that they make half vectors at least.
    long chains;  // Of a gate, all panels together.
} geometry;

INLINE long whole_vectors(long count) { return (count + LANES - 1) / LANES * LANES; }

INLINE geometry geometry_of(long units) {
    const long step = LANES == 16 ? 8 : LANES;
    long padded = (units + step - 1) / step * step;
    return (geometry){units, whole_vectors(units), padded / 4, padded / LANE_FOURS};
}

// U as a step reads it: its panels, or the weights themselves.
typedef struct {
    const float *panels, *weights;
} recurrence;

// The numbers of a gate's panels.
INLINE long panel_count(geometry size) { return size.fours * size.chains * LANES; }

// The first 8 lanes in pairs, each pair with room for two more behind it.
INLINE floats spread(floats x) {
#if LANES == 16
    return __builtin_shufflevector(x, x, 0, 1, 0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7);
#else
    return x;
#endif
}

// weights: U, its rows `row` apart.
static void pack(geometry size, const float *weights, long row, float *panels) {
    for (long chain = 0, column = 0; column < size.units; chain += 4, column += LANES) {
        long first_chain = chain / PANEL_CHAINS * PANEL_CHAINS;
        long chains = size.chains - first_chain;
        if (chains > PANEL_CHAINS) chains = PANEL_CHAINS;
        float *place = panels + (size.fours * first_chain + chain - first_chain) * LANES;
        const bool half = size.chains - chain < 4;
        const part lanes = first(size.units - column);
        for (long k = 0; k < 4 * size.fours; k += 4, place += chains * LANES) {
            floats rows[4];
            UNROLL for (int i = 0; i < 4; i++) {
                rows[i] = all(0);
                if (k + i < size.units) rows[i] = load(lanes, weights + (k + i) * row + column);
                if (half) rows[i] = spread(rows[i]);
            }
            floats low01 = IN_FOURS(rows[0], rows[1], 0, 1, 0, 1);
            floats high01 = IN_FOURS(rows[0], rows[1], 2, 3, 2, 3);
            floats low23 = IN_FOURS(rows[2], rows[3], 0, 1, 0, 1);
            floats high23 = IN_FOURS(rows[2], rows[3], 2, 3, 2, 3);
            store_all(place, IN_FOURS(low01, low23, 0, 2, 0, 2));
            store_all(place + LANES, IN_FOURS(low01, low23, 1, 3, 1, 3));
            if (half) continue;
            store_all(place + 2 * LANES, IN_FOURS(high01, high23, 0, 2, 0, 2));
            store_all(place + 3 * LANES, IN_FOURS(high01, high23, 1, 3, 1, 3));
        }
    }
}

// The sums of every four lanes of each chain, in the order of the columns.   span: 2 or 4.
INLINE floats columns_of(int span, const floats *chains) {
#if LANES == 16
    if (span == 2) {
        floats pairs = sums_in_fours(chains[0], chains[1], chains[0], chains[1]);
        return __builtin_shufflevector(pairs, all(0), 0, 1, 4, 5, 8, 9, 12, 13, 16, 16, 16, 16, 16,
                                       16, 16, 16);
    }
#endif
    return sums_in_fours(chains[0], chains[1], chains[2], chains[3]);
}

// c ← c + h·U for `rows` rows and `chains` chains of a panel, constants.
// h: [rows, 4·fours], its rows `h_row` apart; c: [rows, chains/4·LANES], `c_row` apart.
INLINE void columns_tile(int rows, int chains, long fours, const float *h, long h_row,
                         const float *panel, long panel_chains, float *c, long c_row) {
    floats sums[PANEL_ROWS][PANEL_CHAINS];
    UNROLL for (int row = 0; row < rows; row++)
        UNROLL for (int chain = 0; chain < chains; chain++) sums[row][chain] = all(0);
    for (long four = 0; four < fours; four++, panel += panel_chains * LANES) {
        floats states[PANEL_ROWS];
        UNROLL for (int row = 0; row < rows; row++)
            states[row] = load_four(h + row * h_row + 4 * four);
        UNROLL for (int chain = 0; chain < chains; chain++) {
            floats weights = load_all(panel + LANES * chain);
            UNROLL for (int row = 0; row < rows; row++)
                sums[row][chain] = fused(weights, states[row], sums[row][chain]);
        }
    }
    UNROLL for (int row = 0; row < rows; row++)
        UNROLL for (int chain = 0; chain < chains; chain += 4) {
            float *place = c + row * c_row + chain / 4 * LANES;
            floats total = columns_of(chains - chain < 4 ? 2 : 4, sums[row] + chain);
            store_all(place, load_all(place) + total);
        }
}

// Runs `run(rows, from, count)` over all rows, for `count` chains or fours from `from` on: several
// rows at once with as many as registers allow, the last ones alone.
#define EACH_ROWS(run, count)                                                                   \
    long row = 0;                                                                               \
    for (; row + PANEL_ROWS <= rows; row += PANEL_ROWS) {                                       \
        run(PANEL_ROWS, 0, (count) < ROWS_CHAINS ? (count) : ROWS_CHAINS);                      \
        if ((count) > ROWS_CHAINS) run(PANEL_ROWS, ROWS_CHAINS, (count) - ROWS_CHAINS);         \
    }                                                                                           \
    for (; row < rows; row++) run(1, 0, count)

// c ← c + h·U.   h: [rows, 4·fours], c: [rows, width]; panels: those of one gate.
static void add_columns(geometry size, long rows, const float *h, long h_row, const float *panels,
                        float *c, long c_row) {
    for (long chain = 0; chain < size.chains; chain += PANEL_CHAINS) {
        long chains = size.chains - chain;
        if (chains > PANEL_CHAINS) chains = PANEL_CHAINS;
        float *place = c + chain / 4 * LANES;
#define ROWS(rows_, from, chains_)                                                              \
    columns_tile(rows_, chains_, size.fours, h + row * h_row, h_row, panels + (from) * LANES,   \
                 chains, place + row * c_row + (from) / 4 * LANES, c_row)
#define CHAINS(chains_)                                                                         \
    case chains_: {                                                                             \
        EACH_ROWS(ROWS, chains_);                                                               \
        break;                                                                                  \
    }
        switch (chains) {
            CHAINS(8)
            CHAINS(6)
            CHAINS(4)
            CHAINS(2)
        }
#undef CHAINS
#undef ROWS
        panels += size.fours * chains * LANES;
    }
}

// The same for one row without panels, from U itself, of some gates side by side: the sums of every
// fourth row, added up in the order of `columns_of`.   weights: [H, gates·H], its rows `row` apart;
// c: [gates, width].
INLINE void row_tile(int columns, part last, long units, const float *h, const float *weights,
                     long row, float *c) {
    floats sums[4][ROW_COLUMNS];
    const part whole = first(LANES);
    UNROLL for (int chain = 0; chain < 4; chain++)
        UNROLL for (int j = 0; j < columns; j++) sums[chain][j] = all(0);
    for (long k = 0; k < units; k += 4)
        UNROLL for (int chain = 0; chain < 4; chain++) {
            if (k + chain >= units) break;
            floats factor = all(h[k + chain]);
            UNROLL for (int j = 0; j < columns; j++)
                sums[chain][j] = fused(
                    load(j == columns - 1 ? last : whole, weights + (k + chain) * row + LANES * j),
                    factor, sums[chain][j]);
        }
    UNROLL for (int j = 0; j < columns; j++)
        store_all(c + LANES * j, load_all(c + LANES * j) + ((sums[0][j] + sums[1][j]) +
                                                            (sums[2][j] + sums[3][j])));
}

INLINE void add_row(geometry size, long gates, const float *h, const float *weights, long row,
                    float *c) {
    long blocks = gates, columns = size.units;
    // Without padding the gates are one.
    if (size.units == size.width) blocks = 1, columns = gates * size.units;
    for (long block = 0; block < blocks; block++) {
        const float *numbers = weights + block * columns;
        float *place = c + block * size.width;
        long j = 0;
#define COLUMNS(count)                                                                          \
    for (; columns - j > LANES * (count - 1); j += LANES * count)                               \
        row_tile(count, first(columns - j - LANES * (count - 1)), size.units, h, numbers + j,   \
                 row, place + j)
        if (ROW_COLUMNS > 4) COLUMNS(6);
        if (ROW_COLUMNS > 3) COLUMNS(4);
        if (ROW_COLUMNS > 2) COLUMNS(3);
        COLUMNS(2);
        COLUMNS(1);
#undef COLUMNS
    }
}

// The sums over the fours of lanes, for the units in order.   fours: how many sums, a constant.
INLINE floats units_of(int fours, const floats *sums) {
#if LANES == 16
    floats ab = HALVES(sums[0], sums[1], 0, 2) + HALVES(sums[0], sums[1], 1, 3);
    floats cd = all(0);
    if (fours == 4) cd = HALVES(sums[2], sums[3], 0, 2) + HALVES(sums[2], sums[3], 1, 3);
    return HALVES(ab, cd, 0, 2) + HALVES(ab, cd, 1, 3);
#elif LANES == 8
    return __builtin_shufflevector(sums[0], sums[1], 0, 1, 2, 3, 8, 9, 10, 11) +
           __builtin_shufflevector(sums[0], sums[1], 4, 5, 6, 7, 12, 13, 14, 15);
#else
    return sums[0];
#endif
}

// dh ← dh + dg·Uᵀ over some gates for `rows` rows and `fours` times four units, constants.
// dg: [rows, gates·width], `g_row` apart; dh: [rows, 4·fours in whole vectors], `h_row` apart.
INLINE void units_tile(int rows, int fours, geometry size, long gates, const float *dg, long g_row,
                       const float *panel, long first_four, float *dh, long h_row) {
    floats sums[PANEL_ROWS][PANEL_CHAINS];
    UNROLL for (int row = 0; row < rows; row++)
        UNROLL for (int four = 0; four < fours; four++) sums[row][four] = all(0);
    for (long gate = 0; gate < gates; gate++, dg += size.width)
        for (long chain = 0, chains; chain < size.chains; chain += chains) {
            chains = size.chains - chain < PANEL_CHAINS ? size.chains - chain : PANEL_CHAINS;
            const float *place = panel + first_four * chains * LANES;
            for (long i = 0; i < chains; i += 4) {
                const bool half = chains - i < 4;
                floats gradients[PANEL_ROWS];
                UNROLL for (int row = 0; row < rows; row++) {
                    gradients[row] = load_all(dg + row * g_row + (chain + i) / 4 * LANES);
                    if (half) gradients[row] = spread(gradients[row]);
                }
#define CHAIN(lane)                                                                             \
    UNROLL for (int four = 0; four < fours; four++) {                                           \
        floats weights = load_all(place + (four * chains + i + lane) * LANES);                  \
        UNROLL for (int row = 0; row < rows; row++) {                                           \
            floats gradient =                                                                   \
                IN_FOURS(gradients[row], gradients[row], lane, lane, lane, lane);               \
            sums[row][four] = fused(weights, gradient, sums[row][four]);                  \
        }                                                                                       \
    }
                CHAIN(0)
                CHAIN(1)
                if (half) break;
                CHAIN(2)
                CHAIN(3)
#undef CHAIN
            }
            panel += size.fours * chains * LANES;
        }
    UNROLL for (int row = 0; row < rows; row++)
        UNROLL for (int four = 0; four < fours; four += LANE_FOURS) {
            float *place = dh + row * h_row + 4 * four;
            floats total = units_of(fours - four < LANE_FOURS ? 2 : 4, sums[row] + four);
            store_all(place, load_all(place) + total);
        }
}

// dh ← dh + dg·Uᵀ.   dg: [rows, gates·width], dh: [rows, width]; panels: those of the gates.
static void add_units(geometry size, long gates, long rows, const float *dg, long g_row,
                      const float *panels, float *dh, long h_row) {
    long first = 0;
#define ROWS(rows_, from, fours_)                                                               \
    units_tile(rows_, fours_, size, gates, dg + row * g_row, g_row, panels, first + (from),     \
               dh + row * h_row + 4 * (first + (from)), h_row)
#define FOURS(fours_)                                                                           \
    for (; size.fours - first >= fours_; first += fours_) {                                     \
        EACH_ROWS(ROWS, fours_);                                                                \
    }
    FOURS(8)
    FOURS(6)
    FOURS(4)
    FOURS(2)
#if LANES == 4
    FOURS(1)
#endif
#undef FOURS
#undef ROWS
}
