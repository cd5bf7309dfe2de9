package import Kernels

/// A network that learns from a recorded series, epoch by epoch.
package struct OfflineTraining<Scalar: Real>: Sendable {
    /// How it learns; the same for every epoch.
    package struct Rules: Hashable, Sendable {
        package var loss: Loss
        package var optimizer: Optimizer<Scalar>.Rule
        /// > 0.
        package var learningRate: Double
        /// L2 decay, as of `Optimizer`; 0: none.
        package var weightDecay = 0.0
        /// The greatest norm of all gradients, > 0 (`clip(_:toNorm:)`), an update without a finite
        /// one is left out; nil: neither.
        package var clipNorm: Double?
        /// Ranges of the parameter arena that stay as they are.
        package var frozen: [Range<Int>] = []

        package init(
            _ optimizer: Optimizer<Scalar>.Rule, learningRate: Double, loss: Loss = Loss()
        ) {
            precondition(learningRate > 0)
            self.optimizer = optimizer
            self.learningRate = learningRate
            self.loss = loss
        }
    }

    package private(set) var network: Network<Scalar>
    package let rules: Rules
    private let series: TrainingSeries<Scalar>
    private var windows: TrainingWindows
    private var batch: WindowBatch<Scalar>
    private var backpropagation: TruncatedBackpropagation<Scalar>
    private var optimizer: Optimizer<Scalar>

    /// The windows were made for a series of as many samples.
    package init(
        _ network: Network<Scalar>, on series: TrainingSeries<Scalar>, windows: TrainingWindows,
        rules: Rules
    ) {
        self.network = network
        self.rules = rules
        self.series = series
        self.windows = windows
        let architecture = network.architecture
        batch = WindowBatch(
            architecture, window: windows.windowCount, batch: windows.batchCount)
        backpropagation = TruncatedBackpropagation(
            architecture, window: windows.windowCount, batch: windows.batchCount)
        optimizer = Optimizer(
            rules.optimizer, parameterCount: architecture.parameterCount,
            weightDecay: rules.weightDecay)
    }

    /// Learns from every window once, an update for each batch. Returns the mean loss of the
    /// batches, each as it was before its update, weighted by its windows.
    package mutating func runEpoch(using generator: inout some RandomNumberGenerator) -> Double {
        windows.shuffle(using: &generator)
        return learn()
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    private mutating func learn() -> Double {
        var (sum, count) = (0.0, 0)
        for index in 0..<windows.count {
            windows.load(index, of: series, after: backpropagation, into: &batch)
            let loss = backpropagation.run(network, on: batch, loss: rules.loss)
            update()
            let filled = windows.filledCount(index)
            sum += Double(loss) * Double(filled)
            count += filled
        }
        return sum / Double(count)
    }

    private mutating func update() {
        for range in rules.frozen {
            for index in range { backpropagation.gradients[index] = 0 }
        }
        if let limit = rules.clipNorm {
            guard clip(&backpropagation.gradients, toNorm: Scalar(limit)).isFinite else { return }
        }
        let kept = rules.frozen.map { network.parameters[$0] }
        optimizer.step(
            &network.parameters, gradients: backpropagation.gradients,
            learningRate: Scalar(rules.learningRate))
        // The decay pulls at parameters without a gradient too.
        for (range, values) in zip(rules.frozen, kept) {
            network.parameters.replaceSubrange(range, with: values)
        }
    }
}

extension Network {
    /// The mean loss over the windows of a series, nothing learned: as `OfflineTraining.runEpoch`.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    package func meanLoss(
        on series: TrainingSeries<Scalar>, windows: TrainingWindows, loss: Loss
    ) -> Double {
        var batch = WindowBatch<Scalar>(
            architecture, window: windows.windowCount, batch: windows.batchCount)
        var passes = TruncatedBackpropagation<Scalar>(
            architecture, window: windows.windowCount, batch: windows.batchCount)
        var (sum, count) = (0.0, 0)
        for index in 0..<windows.count {
            windows.load(index, of: series, after: passes, into: &batch)
            let filled = windows.filledCount(index)
            sum += Double(passes.evaluate(self, on: batch, loss: loss)) * Double(filled)
            count += filled
        }
        return sum / Double(count)
    }
}
