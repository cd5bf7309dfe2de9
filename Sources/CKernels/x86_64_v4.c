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
#define HAS_FMA
#define LANES 16
#define REGISTERS 24
#define PRODUCT_ROWS 8
#define PRODUCT_COLUMNS 3
#define PANEL_ROWS 4
#define ROWS_CHAINS 4
#define ROW_COLUMNS 6
#include "vector/level.h"
#pragma clang attribute pop
#endif
