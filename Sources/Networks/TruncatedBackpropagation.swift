package import Kernels

/// Backpropagation through a window of T steps from a given state (truncated BPTT; Williams, Peng,
/// 1990), for B windows at once. Owns the tape of the forward pass and the gradients; everything is
/// allocated once, a run allocates nothing.
package struct TruncatedBackpropagation<Scalar: Real>: Sendable {
    package let architecture: Architecture
    /// T.
    package let windowCount: Int
    /// B.
    package let batchCount: Int
    /// ∂loss/∂parameter of the last run, laid out as the parameters.
    package var gradients: [Scalar]
    /// [T+1, B, S]: row t is the state before step t as the last run computed it, row T the final one.
    package private(set) var states: [Scalar]
    /// [T, B, O]: base + readout of the last run, at every step whatever the loss counts.
    package private(set) var outputs: [Scalar]
    /// [B, S]: ∂loss/∂initialState of the last run.
    package private(set) var initialStateGradients: [Scalar]

    package init(_ architecture: Architecture, window: Int, batch: Int = 1) {
        precondition(window > 0 && batch > 0)
        self.architecture = architecture
        windowCount = window
        batchCount = batch
        let stateCount = batch * architecture.stateCount
        gradients = [Scalar](repeating: 0, count: architecture.parameterCount)
        states = [Scalar](repeating: 0, count: (window + 1) * stateCount)
        outputs = [Scalar](repeating: 0, count: window * batch * architecture.outputCount)
        initialStateGradients = [Scalar](repeating: 0, count: stateCount)
    }

    /// Forward over the window, then backward: fills `gradients` (not clipped), `states`, `outputs`
    /// and `initialStateGradients`, and returns the loss. Numbers that overflow come back as
    /// non-finite loss or gradients; the caller decides (see `clip(_:toNorm:)`).
    package mutating func run(
        _ network: Network<Scalar>, on batch: WindowBatch<Scalar>, loss: Loss
    ) -> Scalar {
        preconditionFailure()
    }
}
