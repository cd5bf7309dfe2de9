import Kernels
import Networks
import TestSupport

/// Every cell that there is, with every activation, with and without bias.
let allCells: [Cell] =
    Activation.allCases.flatMap { [.elman($0, bias: true), .elman($0, bias: false)] }
    + [.gru, .lstm, .lstmPeephole]

/// A network of random shape with random parameters, and a batch of random windows for it.
struct RandomNetwork<Scalar: Real> {
    var network: Network<Scalar>
    var batch: WindowBatch<Scalar>
    let window: Int
    let batchCount: Int
    var architecture: Architecture { network.architecture }
    /// A tape that fits.
    var backpropagation: TruncatedBackpropagation<Scalar> {
        TruncatedBackpropagation(architecture, window: window, batch: batchCount)
    }

    /// Sizes are drawn: I to 4, H to 6, O to 3, T to 6, B to 3; base and initial state are not 0.
    init(_ cell: Cell, output: OutputActivation = .identity, using random: inout SplitMix64) {
        let architecture = Architecture(
            cell: cell, inputCount: .random(in: 1...4, using: &random),
            hiddenCount: .random(in: 1...6, using: &random),
            outputCount: .random(in: 1...3, using: &random), outputActivation: output)
        self.init(
            architecture, window: .random(in: 1...6, using: &random),
            batch: .random(in: 1...3, using: &random), using: &random)
    }

    init(_ architecture: Architecture, window: Int, batch: Int, using random: inout SplitMix64) {
        self.window = window
        batchCount = batch
        network = Network(architecture)
        network.parameters = draws(network.parameters.count, &random)
        self.batch = WindowBatch(architecture, window: window, batch: batch)
        self.batch.inputs = draws(self.batch.inputs.count, &random)
        self.batch.targets = draws(self.batch.targets.count, &random)
        self.batch.base = draws(self.batch.base.count, &random)
        self.batch.initialState = draws(self.batch.initialState.count, &random)
    }
}

/// Uniform in −1...1; the same numbers for every `Scalar` but for its rounding.
func draws<Scalar: Real>(_ count: Int, _ random: inout SplitMix64) -> [Scalar] {
    (0..<count).map { _ in Scalar(Float(Double.random(in: -1...1, using: &random))) }
}
