package import Kernels

/// Inverted dropout (Srivastava et al., 2014; scaled in training as PyTorch does): which numbers of
/// the readout's input are dropped at each step. Training only; a forecast never sees it.
package struct DropoutMask<Scalar: Real>: Sendable {
    /// [T, B, H]: 0 where dropped, else 1/(1 − rate). Starts as 1: nothing dropped.
    package var factors: [Scalar]

    package init(_ architecture: Architecture, window: Int, batch: Int = 1) {
        precondition(window > 0 && batch > 0)
        factors = [Scalar](repeating: 1, count: window * batch * architecture.hiddenCount)
    }

    /// Draws a new mask: each number is dropped with probability `rate`, 0..<1. One draw a number.
    package mutating func draw(rate: Double, using generator: inout some RandomNumberGenerator) {
        precondition((0..<1).contains(rate))
        let kept = Scalar(1 / (1 - rate))
        for index in factors.indices {
            factors[index] = unitInterval(&generator) < rate ? 0 : kept
        }
    }
}
