import CKernels
package import Kernels

/// The Euclidean norm of all gradients before clipping. If it is greater than `limit`, every
/// gradient is multiplied by limit/(norm + 1e-6), as PyTorch's `clip_grad_norm_` does (its factor
/// reaches 1 a millionth below the limit).
///
/// A norm that is not finite (a gradient is not, or its square overflows) is returned as it is and
/// nothing is changed: skip the update.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func clip<Scalar: Real>(_ gradients: inout [Scalar], toNorm limit: Scalar) -> Scalar {
    precondition(limit > 0)
    let norm = squares(gradients).squareRoot()
    guard norm.isFinite else { return norm }
    let factor = limit / (norm + 1e-6)
    if factor < 1 {
        var span = gradients.mutableSpan
        scale(&span, by: factor)
    }
    return norm
}

private func squares<Scalar: Real>(_ numbers: [Scalar]) -> Scalar {
    guard Scalar.self == Float.self, foretide_has_kernels() else {
        return sumOfSquares(numbers.span)
    }
    return unsafe Scalar(foretide_sum_of_squares(numbers, numbers.count))
}
