package import Kernels

/// A recurrent network: its shape and its parameters, nothing else. State is the caller's.
package struct Network<Scalar: Real>: Sendable {
    package let architecture: Architecture
    /// The arena, laid out as `architecture.layout` says. Keeps its count.
    package var parameters: [Scalar]

    /// All parameters zero.
    package init(_ architecture: Architecture) {
        self.architecture = architecture
        parameters = [Scalar](repeating: 0, count: architecture.parameterCount)
    }

    /// One sample: advances `state` in place and writes the readout of the new state.
    ///
    /// input: [I], state: [S] (h, then c), output: [O]. `scratch` is overwritten; networks of one
    /// architecture may share it. Bit for bit what `TruncatedBackpropagation` computes.
    package func step(
        input: Span<Scalar>, state: inout MutableSpan<Scalar>, output: inout MutableSpan<Scalar>,
        scratch: inout StepScratch<Scalar>
    ) {
        preconditionFailure()
    }
}

/// The gates of one step, so that a step allocates nothing.
package struct StepScratch<Scalar: Real>: Sendable {
    var gates: [Scalar]

    package init(_ architecture: Architecture) {
        gates = [Scalar](repeating: 0, count: 5 * architecture.hiddenCount)
    }
}
