// The kernels for arm64, where NEON is always there: 32 registers of 4 floats.
#include "vector/tables.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__aarch64__)
// Functions of vectors are all inlined, so nobody meets the calling convention they would have.
#pragma clang diagnostic ignored "-Wpsabi"
#define TABLE foretide_neon
#define HAS_FMA
#define LANES 4
#define REGISTERS 24
#define PRODUCT_ROWS 8
#define PRODUCT_COLUMNS 2
#define PANEL_ROWS 3
#define ROWS_CHAINS 8
#define ROW_COLUMNS 6
#include "vector/level.h"
#endif
