import Forecasting
import Networks

/// Learns the net's initial weights from recorded series: truncated backpropagation through time
/// over windows that follow one another, each from the state that the one before it ended with.
struct Pretraining {
    private(set) var network: Network<Float>
    private var lanes: Lanes
    private var batch: WindowBatch<Float>
    private var backpropagation: TruncatedBackpropagation<Float>
    private var optimizer: Optimizer<Float>
    /// Steps learned so far, each as often as it was, of how many.
    private var done = 0
    private let total: Int

    /// T and B: steps of a window, series side by side.
    private static let (window, laneCount) = (64, 64)
    private static let learningRate = 0.004
    private static let errorClip = 3.0
    private static let clipNorm: Float = 1

    init(on recordings: [Recording], epochs: Int, seed: UInt64) {
        let architecture = FactoryWeights.architecture
        var generator = SeededGenerator(seed: seed)
        network = Network(architecture)
        network.initialize(
            Initialization(.uniformFanIn, zeroReadout: true, keepGateBias: 1), using: &generator)
        lanes = Lanes(recordings, count: Self.laneCount, seed: seed)
        batch = WindowBatch(architecture, window: Self.window, batch: Self.laneCount)
        backpropagation = TruncatedBackpropagation(
            architecture, window: Self.window, batch: Self.laneCount)
        optimizer = Optimizer(
            .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8),
            parameterCount: architecture.parameterCount)
        total = epochs * recordings.reduce(0) { $0 + $1.count }
    }

    /// What is done, of 1.
    var progress: Double { Double(done) / Double(total) }

    /// One update, on the next window of each lane.
    mutating func update() {
        let steps = lanes.load(&batch)
        // Its gradient is the mean of weight·clip(error) over the steps: that of half the square.
        let loss = Loss(.constant(Double(2 * steps)), errorClip: Self.errorClip)
        _ = backpropagation.run(network, on: batch, loss: loss)
        // A series that has never moved is to be forecast to stay: the readout keeps its bias 0.
        for index in network.architecture.layout.readoutBias {
            backpropagation.gradients[index] = 0
        }
        _ = clip(&backpropagation.gradients, toNorm: Self.clipNorm)
        optimizer.step(
            &network.parameters, gradients: backpropagation.gradients,
            learningRate: Float(Self.learningRate * rateShare))
        batch.carryState(from: backpropagation, afterStep: Self.window)
        done += steps
    }

    /// The full rate for the first quarter, then down in a straight line to a hundredth.
    private var rateShare: Double { min(1, 1.3 * (1 - progress) + 0.01) }
}
