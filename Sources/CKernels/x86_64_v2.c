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
#define LANES 4
#define REGISTERS 12
#define PRODUCT_ROWS 4
#define PRODUCT_COLUMNS 2
#define PANEL_ROWS 1
#define ROWS_CHAINS 8
#define ROW_COLUMNS 2
#include "vector/level.h"
#pragma clang attribute pop
#endif
