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
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    package func step(
        input: Span<Scalar>, state: inout MutableSpan<Scalar>, output: inout MutableSpan<Scalar>,
        scratch: inout StepScratch<Scalar>
    ) {
        precondition(
            input.count == architecture.inputCount && state.count == architecture.stateCount
                && output.count == architecture.outputCount)
        if let kernels = scratch.kernels {
            return kernels.step(
                parameters, input: input, state: &state, output: &output, scratch: &scratch.numbers)
        }
        let cell = CellStep(architecture)
        let readout = Readout(architecture)
        let parameters = parameters.span
        var tape = scratch.numbers.mutableSpan
        cell.forward(parameters, input: input, state: &state, tape: &tape)
        readout.forward(
            parameters, hiddenState: state.span.extracting(first: architecture.hiddenCount),
            factors: nil, into: &output)
    }
}

/// Where one step keeps its gates, so that it allocates nothing.
package struct StepScratch<Scalar: Real>: Sendable {
    /// A row of the tape, or what the kernels need.
    var numbers: [Scalar]
    let kernels: NetworkKernels?

    package init(_ architecture: Architecture) {
        kernels = NetworkKernels(architecture, of: Scalar.self)
        let count = kernels?.stepScratchCount ?? CellStep(architecture).tapeCount
        numbers = [Scalar](repeating: 0, count: count)
    }

    /// Numbers that it holds.
    package var numberCount: Int { numbers.count }
}
