package import Kernels

/// The Euclidean norm of all gradients before clipping. If it is greater than `limit`, every gradient
/// is multiplied by limit/(norm + 1e-6), as PyTorch's `clip_grad_norm_` does.
///
/// A norm that is not finite is returned as it is and nothing is changed: skip the update.
package func clip<Scalar: Real>(_ gradients: inout [Scalar], toNorm limit: Scalar) -> Scalar {
    preconditionFailure()
}
