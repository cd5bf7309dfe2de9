/// What training minimises: squared error, at every step of the window or at its last step only.
///
/// With the error e = output − target, the target's weight w and the divisor D:
///
///     loss = Σ w·ρ(e) / D       ρ(e) = e², beyond the clip c: 2·c·|e| − c² (Huber, 1964)
///     ∂loss/∂output = 2·w·clip(e, ±c) / D
///
/// The sum runs over the counted steps, the batch and the outputs. A target of weight 0 is missing:
/// it is never read (it may be NaN), its output is free.
package struct Loss: Hashable, Sendable {
    /// D.
    package enum Divisor: Hashable, Sendable {
        /// Σ w over the counted steps: without weights T·B·O (B·O for the last step only), which is
        /// PyTorch's `MSELoss`. No target at all: the loss and its gradient are 0.
        case mean
        /// 1.
        case sum
        /// A constant of the caller, > 0. (2·T gives the gradient clip(e, ±c)/T of one stream.)
        case constant(Double)
    }

    /// Which steps of the window are compared with their targets.
    package enum Steps: Hashable, Sendable {
        case every, last
    }

    package var divisor: Divisor
    package var steps: Steps
    /// c, > 0; nil: no clip.
    package var errorClip: Double?

    package init(_ divisor: Divisor = .mean, steps: Steps = .every, errorClip: Double? = nil) {
        self.divisor = divisor
        self.steps = steps
        self.errorClip = errorClip
    }
}
