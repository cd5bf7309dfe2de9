// All kernels, for the level that the including file says, and their table.
#pragma clang fp contract(off)

#include "vector.h"

#include "product.h"

#include "panels.h"

#include "cells.h"

#include "network.h"

#include "projection.h"

#include "small.h"

#include "gradients.h"

#include "window.h"

// From here on the compiler may round once what would be rounded twice.
#pragma clang fp contract(fast)

INLINE floats add_product(floats a, floats b, floats c) { return a * b + c; }

#include "optimizer.h"

#include "doubles.h"

#include "least_squares.h"

#include "fourier.h"

#include "likeness.h"

#include "peak.h"

const foretide_kernels TABLE = {
    .forward = forward,
    .backward = backward,
    .scratch_count = scratch_count,
    .step = step,
    .step_scratch_count = step_scratch_count,
    .sum_of_squares = sum_of_squares,
    .adam = adam,
    .multiply_symmetric = multiply_symmetric,
    .complete_product = complete_product,
    .update_symmetric = update_symmetric,
    .tanh = tanh_each,
    .dot = dot,
    .fourier = fourier,
    .add_distances = add_distances,
    .weighted_sums = weighted_sums,
    .multiply_adds = multiply_adds,
};
