import Forecasting
import Glibc
import Kernels
import Networks

/// A net that learns one window over and over: forward over T samples, squared error at every step,
/// backward, clipped by its norm, Adam, the state carried on. The peers in Benchmarks/peers do the
/// same.
struct UpdateWork {
    let architecture: Architecture
    private var network: Network<Float>
    private var optimizer: Optimizer<Float>
    private var backpropagation: TruncatedBackpropagation<Float>
    private var windows: WindowBatch<Float>
    private let loss = Loss(.mean)

    /// One input, one output; `batch` windows of one net.
    init(_ cell: Cell, hidden: Int, window: Int, batch: Int) {
        let architecture = Architecture(cell: cell, inputCount: 1, hiddenCount: hidden)
        self.architecture = architecture
        var generator = SeededGenerator(seed: 1)
        network = Network(architecture)
        network.initialize(Initialization(.uniformFanIn), using: &generator)
        optimizer = Optimizer(
            .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8),
            parameterCount: architecture.parameterCount)
        backpropagation = TruncatedBackpropagation(architecture, window: window, batch: batch)
        windows = WindowBatch(architecture, window: window, batch: batch)
        for row in 0..<(window * batch) {
            let (time, lane) = (Double(row / batch), Double(row % batch))
            windows.inputs[row] = Float(sin(time / 5 + lane))
            windows.targets[row] = Float(sin((time + 1) / 5 + lane))
        }
    }

    mutating func update() {
        _ = backpropagation.run(network, on: windows, loss: loss)
        let norm = clip(&backpropagation.gradients, toNorm: 1)
        precondition(norm.isFinite)
        optimizer.step(
            &network.parameters, gradients: backpropagation.gradients, learningRate: 0.001)
        windows.carryState(from: backpropagation, afterStep: windows.windowCount)
    }

    /// Floating-point operations of an update: the products of both passes and of the gradients
    /// with the weights of cell and readout, and Adam's twelve for each parameter. Gates and
    /// activations come on top, uncounted.
    var operations: Double {
        let rows = windows.windowCount * windows.batchCount
        let gates = architecture.layout.gateCount
        let (inputs, hidden) = (architecture.inputCount, architecture.hiddenCount)
        let perRow = 2 * (3 * gates * hidden + 2 * gates * inputs + 3 * hidden)
        return Double(rows * perRow + 12 * architecture.parameterCount)
    }
}

/// One step of a net after the other, with its readout, as a stream takes them.
struct StepWork {
    private let network: Network<Float>
    private var scratch: StepScratch<Float>
    private var state: [Float]
    private var output: [Float] = [0]
    private let input: [Float] = [0.5]

    init(_ cell: Cell, hidden: Int) {
        let architecture = Architecture(cell: cell, inputCount: 1, hiddenCount: hidden)
        var network = Network<Float>(architecture)
        var generator = SeededGenerator(seed: 1)
        network.initialize(Initialization(.uniformFanIn), using: &generator)
        self.network = network
        scratch = StepScratch(architecture)
        state = [Float](repeating: 0, count: architecture.stateCount)
    }

    mutating func step() {
        Self.step(network, input, state: &state, output: &output, scratch: &scratch)
    }

    /// Arguments of their own, for two spans of one value may not be open for writing at once.
    private static func step(
        _ network: borrowing Network<Float>, _ input: borrowing [Float], state: inout [Float],
        output: inout [Float], scratch: inout StepScratch<Float>
    ) {
        var stateSpan = state.mutableSpan
        var outputSpan = output.mutableSpan
        network.step(input: input.span, state: &stateSpan, output: &outputSpan, scratch: &scratch)
    }
}
