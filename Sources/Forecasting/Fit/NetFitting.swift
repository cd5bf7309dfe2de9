package import Networks

/// Trains a channel's net on a recorded history, epoch by epoch, from the weights that it had
/// before it, and keeps those that do best on the newest part, which it does not learn from.
package struct NetFitting: Sendable {
    package struct Options: Equatable, Sendable {
        /// The order in which an epoch goes through the windows.
        package enum Order: String, CaseIterable, Sendable {
            /// One after the other, each from the state that the one before it left.
            case stateful
            /// In a new order each epoch, every window from the zero state; half a window apart.
            case shuffled
        }

        /// Epochs at most, 1 or more.
        package var epochs = 100
        package var order = Order.stateful
        /// T and B: steps of a window, windows of an update at most. 1 or more.
        package var (window, batch) = (32, 8)
        /// Of every update, above 0.
        package var learningRate = 0.001
        /// Share of the history's end that is left out, 0..<1. With 0 the loss on what is learned
        /// decides.
        package var validation = 0.2
        /// Epochs without better weights after which it is over, 1 or more.
        package var patience = 10

        package init() {}
    }

    /// Mean losses: squared errors in typical steps q, those beyond 3 evenly.
    package struct Losses: Equatable, Sendable {
        /// Of the windows that were learned, each before its update.
        package var training: Double
        /// On the part that is left out; NaN without one.
        package var validation: Double

        /// The one that decides.
        package var deciding: Double { validation.isNaN ? training : validation }

        /// Each divided by the one of others.
        package func relative(to base: Losses) -> Losses {
            Losses(
                training: training / base.training, validation: validation / base.validation)
        }
    }

    package let options: Options
    /// Of the forecasts that the net adds to, and of the weights that it began with.
    package let base: Losses
    package let start: Losses
    package private(set) var epochs: [Losses] = []
    /// Epochs until the best weights; 0: those that it began with.
    package private(set) var bestEpoch = 0
    package private(set) var bestNetwork: Network<Float>

    private var training: OfflineTraining<Float>
    private var generator: SeededGenerator
    private let heldOut: HeldOut?

    private static let loss = Loss(.mean, errorClip: 3)

    /// Steps without which there is nothing to learn or to judge by: a window on either side.
    package static func fewestSteps(_ options: Options) -> Int {
        let smaller = min(options.validation, 1 - options.validation)
        guard smaller > 0 else { return options.window }
        return Int((Double(options.window) / smaller).rounded(.up)) + 1
    }

    init?(
        _ recording: NetRecording, _ configuration: ModelConfiguration, _ options: Options,
        generator: SeededGenerator
    ) {
        guard let network = recording.network, recording.count >= Self.fewestSteps(options) else {
            return nil
        }
        self.options = options
        self.generator = generator
        bestNetwork = network
        let heldOutCount = Int(Double(recording.count) * options.validation)
        let count = recording.count - heldOutCount
        let series = recording.series(0..<count)
        let windows = Self.windows(options, count: count)
        training = OfflineTraining(
            network, on: series, windows: windows, rules: Self.rules(configuration, options))
        heldOut =
            heldOutCount > 0
            ? HeldOut(recording.series(count..<recording.count), window: options.window) : nil
        let losses = { [heldOut] (network: Network<Float>) in
            Losses(
                training: network.meanLoss(on: series, windows: windows, loss: Self.loss),
                validation: heldOut?.loss(of: network, Self.loss) ?? .nan)
        }
        start = losses(network)
        // All of its weights 0, a net adds nothing.
        base = losses(Network(network.architecture))
    }

    private static func windows(_ options: Options, count: Int) -> TrainingWindows {
        let (window, batch) = (options.window, min(options.batch, count / options.window))
        switch options.order {
        case .stateful:
            return .stateful(
                ParallelWindows(sampleCount: count, window: window, stride: window, batch: batch))
        case .shuffled:
            let stride = max(1, window / 2)
            return .shuffled(
                ShuffledWindows(sampleCount: count, window: window, stride: stride, batch: batch))
        }
    }

    private static func rules(
        _ configuration: ModelConfiguration, _ options: Options
    ) -> OfflineTraining<Float>.Rules {
        var rules = OfflineTraining<Float>.Rules(
            LearningNet.rule(configuration.optimizer), learningRate: options.learningRate,
            loss: loss)
        rules.weightDecay = configuration.weightDecay
        rules.clipNorm = configuration.clipNorm.isFinite ? configuration.clipNorm : nil
        return rules
    }

    /// Of the best weights.
    package var best: Losses { bestEpoch == 0 ? start : epochs[bestEpoch - 1] }

    /// Whether there is nothing more to do.
    package var isOver: Bool {
        epochs.count >= options.epochs || epochs.count - bestEpoch >= options.patience
    }

    /// One epoch.
    package mutating func runEpoch() {
        precondition(!isOver)
        let loss = training.runEpoch(using: &generator)
        let losses = Losses(
            training: loss,
            validation: heldOut?.loss(of: training.network, Self.loss) ?? .nan)
        epochs.append(losses)
        // A net that has diverged has a loss of NaN, which is not less.
        guard losses.deciding < best.deciding else { return }
        (bestEpoch, bestNetwork) = (epochs.count, training.network)
    }
}

/// The part of a recording that is not learned from.
private struct HeldOut: Sendable {
    private let series: TrainingSeries<Float>
    private let windows: TrainingWindows

    init(_ series: TrainingSeries<Float>, window: Int) {
        self.series = series
        windows = .stateful(
            ParallelWindows(
                sampleCount: series.sampleCount, window: window, stride: window, batch: 1))
    }

    func loss(of network: Network<Float>, _ loss: Loss) -> Double {
        network.meanLoss(on: series, windows: windows, loss: loss)
    }
}
