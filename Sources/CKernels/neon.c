// The kernels for arm64, where NEON is always there: 32 registers of 4 floats.
#include "vector/tables.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__aarch64__)
// Functions of vectors are all inlined, so nobody meets the calling convention they would have.
#pragma clang diagnostic ignored "-Wpsabi"
#define TABLE foretide_neon
#define LANES 8
#define REGISTERS 12
#define TILE_ROWS 4
#define ROW_TILES \
    TILES(12, 1); TILES(6, 2); TILES(4, 3); TILES(3, 4); TILES(2, 4); TILES(1, 8)
#define MATRIX_TILES TILES(3, 1); TILES(2, 1); TILES(1, 1)
#include "vector/level.h"
#endif
