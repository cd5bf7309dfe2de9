// The kernels for x86-64-v3: AVX2 and FMA, 16 registers of 8 floats.
#include "vector/tables.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
// Functions of vectors are all inlined, so nobody meets the calling convention they would have.
#pragma clang diagnostic ignored "-Wpsabi"
#define TABLE foretide_x86_64_v3
#define HAS_FMA
#define LANES 8
#define REGISTERS 12
#define MASKED_BY_AVX2
#define PRODUCT_ROWS 4
#define PRODUCT_COLUMNS 3
#define PANEL_ROWS 2
#define ROWS_CHAINS 4
#define ROW_COLUMNS 3
#include "vector/level.h"
#pragma clang attribute pop
#endif
