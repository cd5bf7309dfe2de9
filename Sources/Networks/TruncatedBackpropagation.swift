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
    package internal(set) var states: [Scalar]
    /// [T, B, O]: base + readout of the last pass, at every step whatever the loss counts.
    package private(set) var outputs: [Scalar]
    /// [B, S]: ∂loss/∂initialState of the last run.
    package internal(set) var initialStateGradients: [Scalar]

    private let passes: WindowPasses
    let kernels: NetworkKernels?
    /// [T, B, tapeCount]: the cell's gates, then the gradients of its pre-activations; or what the
    /// kernels need.
    var tape: [Scalar]
    /// [T, B, O]: the readout without the base.
    var readouts: [Scalar]
    /// [T, B, O]: ∂loss/∂output, then ∂loss/∂(V·h + v).
    var outputGradients: [Scalar]
    /// [G, H]: the recurrent weights' transpose; empty with kernels.
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
        tape = zeros(
            kernels?.scratchCount(window: window, batch: batch) ?? rows * passes.cell.tapeCount)
        readouts = zeros(rows * architecture.outputCount)
        outputGradients = zeros(rows * architecture.outputCount)
        transposed = zeros(kernels == nil ? architecture.layout.recurrentWeights.count : 0)
    }

    /// Numbers that all of it holds.
    package var numberCount: Int {
        gradients.count + states.count + outputs.count + initialStateGradients.count + tape.count
            + readouts.count + outputGradients.count + transposed.count
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
        precondition(
            dropout == nil
                || dropout?.factors.count == windowCount * batchCount * architecture.hiddenCount)
        begin(network, batch)
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
        begin(network, batch)
        forward(network, batch, nil)
        return compare(with: batch, loss)
    }

    /// Checks the shapes and takes the states to begin with.
    mutating func begin(_ network: Network<Scalar>, _ batch: WindowBatch<Scalar>) {
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
        for index in batch.initialState.indices { states[index] = batch.initialState[index] }
    }

    private mutating func forward(
        _ network: Network<Scalar>, _ batch: WindowBatch<Scalar>, _ dropout: DropoutMask<Scalar>?
    ) {
        if let kernels {
            kernels.forward(
                network.parameters, batch, dropout: dropout, states: &states, scratch: &tape,
                readouts: &readouts)
        } else {
            passes.forward(
                network.parameters.span, batch, dropout: dropout, states: &states, tape: &tape,
                readouts: &readouts)
        }
    }

    /// From the readouts to the outputs, the loss and the readouts' gradients.
    mutating func compare(with batch: WindowBatch<Scalar>, _ loss: Loss) -> Scalar {
        for index in outputs.indices { outputs[index] = batch.base[index] + readouts[index] }
        let value = loss.compare(
            outputs, with: batch.targets.span, weights: batch.weights.span,
            rowCount: batchCount * architecture.outputCount, gradients: &outputGradients)
        if architecture.outputActivation == .sigmoid {
            for (index, y) in readouts.enumerated() { outputGradients[index] *= y * (1 - y) }
        }
        return value
    }

    private mutating func backward(
        _ network: Network<Scalar>, _ batch: WindowBatch<Scalar>, _ dropout: DropoutMask<Scalar>?
    ) {
        if let kernels {
            return kernels.backward(
                network.parameters, batch, dropout: dropout, readoutGradients: outputGradients,
                scratch: &tape, stateGradients: &initialStateGradients, gradients: &gradients)
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
