// The kernels for x86-64-v3: AVX2 and FMA, 16 registers of 8 floats.
#include "vector/tables.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
// Functions of vectors are all inlined, so nobody meets the calling convention they would have.
#pragma clang diagnostic ignored "-Wpsabi"
#define TABLE foretide_x86_64_v3
#define LANES 8
#define REGISTERS 12
#define TILE_ROWS 4
#define ROW_TILES \
    TILES(12, 1); TILES(6, 2); TILES(4, 3); TILES(3, 4); TILES(2, 4); TILES(1, 8)
#define MATRIX_TILES TILES(3, 1); TILES(2, 1); TILES(1, 1)
#include "vector/level.h"
#pragma clang attribute pop
#endif
