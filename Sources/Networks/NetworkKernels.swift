import CKernels
import Kernels

/// The passes over a network in the instructions in use; `WindowPasses` and `CellStep` define them.
struct NetworkKernels: Sendable {
    let network: foretide_network
    private let hasSigmoidReadout: Bool

    /// Nil where the plain loops are to be taken: numbers other than Float, no such instructions, H
    /// or I above 512.
    init?(_ architecture: Architecture, of scalar: Any.Type) {
        guard scalar == Float.self, foretide_has_kernels() else { return nil }
        guard architecture.hiddenCount <= 512, architecture.inputCount <= 512 else { return nil }
        network = foretide_network(architecture)
        hasSigmoidReadout = architecture.outputActivation == .sigmoid
    }

    /// The numbers that `forward` and `backward` share: scratch memory.
    func scratchCount(window: Int, batch: Int) -> Int {
        unsafe withUnsafePointer(to: network) { unsafe foretide_scratch_count($0, window, batch) }
    }

    /// The numbers of scratch memory for `step`.
    var stepScratchCount: Int {
        unsafe withUnsafePointer(to: network) { unsafe foretide_step_scratch_count($0) }
    }

    /// As `WindowPasses.forward`, whose first states are there already, with scratch memory in
    /// place of the tape.
    func forward<Scalar: Real>(
        _ parameters: [Scalar], _ batch: WindowBatch<Scalar>, dropout: DropoutMask<Scalar>?,
        states: inout [Scalar], scratch: inout [Scalar], readouts: inout [Scalar]
    ) {
        precondition(Scalar.self == Float.self)
        var network = network
        unsafe foretide_forward_one(
            &network, batch.windowCount, batch.batchCount, parameters, batch.inputs,
            dropout?.factors, &states, &readouts, &scratch)
        activate(&readouts)
    }

    func activate<Scalar: Real>(_ readouts: inout [Scalar]) {
        guard hasSigmoidReadout else { return }
        var span = readouts.mutableSpan
        applySigmoid(&span)
    }

    /// As `WindowPasses.backward`, on the scratch memory that `forward` left.
    func backward<Scalar: Real>(
        _ parameters: [Scalar], _ batch: WindowBatch<Scalar>, dropout: DropoutMask<Scalar>?,
        readoutGradients: [Scalar], scratch: inout [Scalar], stateGradients: inout [Scalar],
        gradients: inout [Scalar]
    ) {
        precondition(Scalar.self == Float.self)
        var network = network
        unsafe foretide_backward_one(
            &network, batch.windowCount, batch.batchCount, parameters, batch.inputs,
            dropout?.factors, readoutGradients, &stateGradients, &gradients, &scratch)
    }

    /// As `Network.step`.   scratch: [stepScratchCount].
    func step<Scalar: Real>(
        _ parameters: [Scalar], input: Span<Scalar>, state: inout MutableSpan<Scalar>,
        output: inout MutableSpan<Scalar>, scratch: inout [Scalar]
    ) {
        precondition(Scalar.self == Float.self)
        var network = network
        unsafe input.withUnsafeBytes { input in
            unsafe state.withUnsafeMutableBytes { state in
                unsafe output.withUnsafeMutableBytes { output in
                    unsafe foretide_step(
                        &network, parameters, input.baseAddress, state.baseAddress, &scratch,
                        output.baseAddress)
                }
            }
        }
        if hasSigmoidReadout { applySigmoid(&output) }
    }
}

extension foretide_network {
    fileprivate init(_ architecture: Architecture) {
        let layout = architecture.layout
        let cell: foretide_cell
        var activation = FORETIDE_TANH
        switch architecture.cell {
        case .elman(let function, _):
            cell = FORETIDE_ELMAN
            activation = function.kernel
        case .gru: cell = FORETIDE_GRU
        case .lstm: cell = FORETIDE_LSTM
        case .lstmPeephole: cell = FORETIDE_PEEPHOLE
        }
        self.init(
            cell: cell, activation: activation, has_bias: !layout.bias.isEmpty,
            inputs: Int32(architecture.inputCount), hidden: Int32(architecture.hiddenCount),
            outputs: Int32(architecture.outputCount), gates: Int32(layout.gateCount),
            state: Int32(architecture.stateCount), tape: Int32(CellStep(architecture).tapeCount),
            bias: layout.bias.lowerBound, peephole: layout.peephole.lowerBound,
            input_weights: layout.inputWeights.lowerBound,
            recurrent_weights: layout.recurrentWeights.lowerBound,
            readout_weights: layout.readoutWeights.lowerBound,
            readout_bias: layout.readoutBias.lowerBound)
    }
}

extension Activation {
    fileprivate var kernel: foretide_activation {
        switch self {
        case .tanh: FORETIDE_TANH
        case .relu: FORETIDE_RELU
        case .sigmoid: FORETIDE_SIGMOID
        case .identity: FORETIDE_IDENTITY
        }
    }
}
