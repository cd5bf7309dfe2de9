// The kernels for x86-64-v2: SSE 4.2, 16 registers of 4 floats.
#include "vector/tables.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v2"))), apply_to = function)
// Functions of vectors are all inlined, so nobody meets the calling convention they would have.
#pragma clang diagnostic ignored "-Wpsabi"
#define TABLE foretide_x86_64_v2
#define LANES 8
#define REGISTERS 8
#define TILE_ROWS 2
#define ROW_TILES TILES(6, 1); TILES(3, 2); TILES(2, 2); TILES(1, 4)
#define MATRIX_TILES TILES(2, 1); TILES(1, 1)
#include "vector/level.h"
#pragma clang attribute pop
#endif
