// The kernels for x86-64-v4: AVX-512, 32 registers of 16 floats.
#include "vector/tables.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
// Functions of vectors are all inlined, so nobody meets the calling convention they would have.
#pragma clang diagnostic ignored "-Wpsabi"
#define TABLE foretide_x86_64_v4
#define LANES 16
#define REGISTERS 24
#define TILE_ROWS 4
#define ROW_TILES                                                                                \
    TILES(12, 2); TILES(8, 3); TILES(6, 4); TILES(5, 4); TILES(4, 4); TILES(3, 8); TILES(2, 8); \
    TILES(1, 8)
#define MATRIX_TILES TILES(6, 1); TILES(4, 1); TILES(3, 1); TILES(2, 1); TILES(1, 1)
#include "vector/level.h"
#pragma clang attribute pop
#endif
