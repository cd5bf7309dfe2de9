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
    /// [T+1, B, S]: row t is the state before step t as the last pass computed it, row T the final
    /// one.
    package private(set) var states: [Scalar]
    /// [T, B, O]: base + readout of the last pass, at every step whatever the loss counts.
    package private(set) var outputs: [Scalar]
    /// [B, S]: ∂loss/∂initialState of the last run.
    package private(set) var initialStateGradients: [Scalar]

    private let passes: WindowPasses
    private let kernels: NetworkKernels?
    /// [T, B, tapeCount]: the cell's gates, then the gradients of its pre-activations.
    private var tape: [Scalar]
    /// [T, B, O]: the readout without the base.
    private var readouts: [Scalar]
    /// [T, B, O]: ∂loss/∂output, then ∂loss/∂(V·h + v).
    private var outputGradients: [Scalar]
    /// [G, H]: the recurrent weights' transpose.
    private var transposed: [Scalar]

    package init(_ architecture: Architecture, window: Int, batch: Int = 1) {
        precondition(window > 0 && batch > 0)
        self.architecture = architecture
        windowCount = window
        batchCount = batch
        passes = WindowPasses(architecture, window: window, batch: batch)
        kernels = NetworkKernels(architecture, of: Scalar.self)
        func zeros(_ count: Int) -> [Scalar] { [Scalar](repeating: 0, count: count) }
        let rows = window * batch
        gradients = zeros(architecture.parameterCount)
        states = zeros((rows + batch) * architecture.stateCount)
        outputs = zeros(rows * architecture.outputCount)
        initialStateGradients = zeros(batch * architecture.stateCount)
        tape = zeros(rows * passes.cell.tapeCount)
        readouts = zeros(rows * architecture.outputCount)
        outputGradients = zeros(rows * architecture.outputCount)
        transposed = zeros(architecture.layout.recurrentWeights.count)
    }

    /// Forward over the window, then backward: fills `gradients` (not clipped), `states`, `outputs`
    /// and `initialStateGradients`, and returns the loss. Numbers that overflow come back as a
    /// non-finite loss or gradient; the caller decides (see `clip(_:toNorm:)`).
    ///
    /// `dropout` acts on the readout's input only, so the states are the same with and without.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    package mutating func run(
        _ network: Network<Scalar>, on batch: WindowBatch<Scalar>, loss: Loss,
        dropout: DropoutMask<Scalar>? = nil
    ) -> Scalar {
        check(network, batch)
        precondition(
            dropout == nil
                || dropout?.factors.count == windowCount * batchCount * architecture.hiddenCount)
        forward(network, batch, dropout)
        let value = compare(with: batch, loss)
        backward(network, batch, dropout)
        return value
    }

    /// The forward pass only, without dropout: fills `states` and `outputs` and returns the loss.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    package mutating func evaluate(
        _ network: Network<Scalar>, on batch: WindowBatch<Scalar>, loss: Loss
    ) -> Scalar {
        check(network, batch)
        forward(network, batch, nil)
        return compare(with: batch, loss)
    }

    private func check(_ network: Network<Scalar>, _ batch: WindowBatch<Scalar>) {
        precondition(
            network.architecture == architecture
                && network.parameters.count == architecture.parameterCount)
        let rows = windowCount * batchCount
        precondition(batch.windowCount == windowCount && batch.batchCount == batchCount)
        precondition(
            batch.inputs.count == rows * architecture.inputCount
                && batch.targets.count == rows * architecture.outputCount
                && batch.weights.count == rows * architecture.outputCount
                && batch.base.count == rows * architecture.outputCount
                && batch.initialState.count == batchCount * architecture.stateCount)
    }

    private mutating func forward(
        _ network: Network<Scalar>, _ batch: WindowBatch<Scalar>, _ dropout: DropoutMask<Scalar>?
    ) {
        for index in batch.initialState.indices { states[index] = batch.initialState[index] }
        if let kernels {
            kernels.forward(
                network.parameters, batch, dropout: dropout, states: &states, tape: &tape,
                readouts: &readouts)
        } else {
            passes.forward(
                network.parameters.span, batch, dropout: dropout, states: &states, tape: &tape,
                readouts: &readouts)
        }
        for index in outputs.indices { outputs[index] = batch.base[index] + readouts[index] }
    }

    private mutating func compare(with batch: WindowBatch<Scalar>, _ loss: Loss) -> Scalar {
        loss.compare(
            outputs, with: batch.targets.span, weights: batch.weights.span,
            rowCount: batchCount * architecture.outputCount, gradients: &outputGradients)
    }

    private mutating func backward(
        _ network: Network<Scalar>, _ batch: WindowBatch<Scalar>, _ dropout: DropoutMask<Scalar>?
    ) {
        if architecture.outputActivation == .sigmoid {
            for (index, y) in readouts.enumerated() { outputGradients[index] *= y * (1 - y) }
        }
        if let kernels {
            return kernels.backward(
                network.parameters, batch, dropout: dropout, states: states,
                readoutGradients: outputGradients, transposed: &transposed, tape: &tape,
                stateGradients: &initialStateGradients, gradients: &gradients)
        }
        let parameters = network.parameters.span
        transpose(
            parameters.extracting(architecture.layout.recurrentWeights),
            rows: architecture.hiddenCount, into: &transposed)
        passes.backward(
            parameters, batch, dropout: dropout, states: states,
            readoutGradients: outputGradients, transposed: transposed, tape: &tape,
            stateGradients: &initialStateGradients, gradients: &gradients)
    }
}
