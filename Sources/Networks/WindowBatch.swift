package import Kernels

/// What one training update learns from: B windows of T samples, filled by the caller and reused.
///
/// Every array is time-major: row t·B + b belongs to step t of window b.
package struct WindowBatch<Scalar: Real>: Sendable {
    /// T, at least 1.
    package let windowCount: Int
    /// B, at least 1.
    package let batchCount: Int
    /// [T, B, I].
    package var inputs: [Scalar]
    /// [T, B, O].
    package var targets: [Scalar]
    /// [T, B, O]: the weight of each target, 0 for a missing one. Starts as 1.
    package var weights: [Scalar]
    /// [T, B, O]: added to the network's output before it is compared. Starts as 0.
    package var base: [Scalar]
    /// [B, S]: each window's state before its first step. Starts as 0.
    package var initialState: [Scalar]

    package init(_ architecture: Architecture, window: Int, batch: Int = 1) {
        precondition(window > 0 && batch > 0)
        windowCount = window
        batchCount = batch
        let rows = window * batch
        inputs = [Scalar](repeating: 0, count: rows * architecture.inputCount)
        targets = [Scalar](repeating: 0, count: rows * architecture.outputCount)
        weights = [Scalar](repeating: 1, count: rows * architecture.outputCount)
        base = [Scalar](repeating: 0, count: rows * architecture.outputCount)
        initialState = [Scalar](repeating: 0, count: batch * architecture.stateCount)
    }

    /// Numbers that all of it holds.
    package var numberCount: Int {
        inputs.count + targets.count + weights.count + base.count + initialState.count
    }
}
