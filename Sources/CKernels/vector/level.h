// All kernels, for the level that the including file says, and their table.
#pragma clang fp contract(fast)

#include "vector.h"

#include "product.h"

#include "cells.h"

#include "network.h"

#include "gradients.h"

#include "window.h"

#include "optimizer.h"

#include "doubles.h"

#include "least_squares.h"

#include "fourier.h"

#include "likeness.h"

#include "peak.h"

const foretide_kernels TABLE = {
    .forward = forward,
    .backward = backward,
    .step = step,
    .sum_of_squares = sum_of_squares,
    .adam = adam,
    .multiply_symmetric = multiply_symmetric,
    .update_symmetric = update_symmetric,
    .tanh = tanh_each,
    .dot = dot,
    .fourier = fourier,
    .add_distances = add_distances,
    .weighted_sums = weighted_sums,
    .multiply_adds = multiply_adds,
};
