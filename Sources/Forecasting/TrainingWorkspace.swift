package import Networks

/// What updates need while they run, and what nobody needs after: one serves all streams of a model
/// rule, one after the other.
package struct TrainingWorkspace: Sendable {
    /// By the number of windows, from 1: one when each stream has its own net.
    package var passes: [TrainingPass]
    package var scratch: StepScratch<Float>
    /// The net that the stream at work shares with its kin, lent by whoever holds it.
    package var net: SharedNet?

    /// neighbours: of each channel of the streams.
    package init?(_ configuration: ModelConfiguration, neighbours: Int = 0) {
        guard
            let architecture = RecurrentExpert.architecture(
                configuration, neighbours: neighbours)
        else { return nil }
        let isShared = configuration.weights == .shared
        passes = (1...(isShared ? SharedNet.largestBatch : 1)).map {
            TrainingPass(architecture, window: configuration.window, batch: $0)
        }
        scratch = StepScratch(architecture)
    }

    /// Bytes of its numbers.
    var bytes: Int {
        let numbers = passes.reduce(scratch.numberCount) { $0 + $1.numberCount }
        return numbers * MemoryLayout<Float>.stride
    }
}

/// A batch of windows and the pass over it.
package struct TrainingPass: Sendable {
    var backpropagation: TruncatedBackpropagation<Float>
    var batch: WindowBatch<Float>
    private var mask: DropoutMask<Float>
    private let loss: Loss

    init(_ architecture: Architecture, window: Int, batch count: Int) {
        backpropagation = TruncatedBackpropagation(architecture, window: window, batch: count)
        batch = WindowBatch(architecture, window: window, batch: count)
        mask = DropoutMask(architecture, window: window, batch: count)
        // The gradient at each output: clip(ŷ − y, ±3) / (W·B).
        loss = Loss(.constant(2 * Double(window * count)), errorClip: 3)
    }

    var numberCount: Int {
        backpropagation.numberCount + batch.numberCount + mask.factors.count
    }

    /// Fills the gradients, not clipped.
    mutating func run(
        _ network: Network<Float>, dropout: Double, generator: inout SeededGenerator
    ) {
        var drawn: DropoutMask<Float>?
        if dropout > 0 {
            mask.draw(rate: dropout, using: &generator)
            drawn = mask
        }
        _ = backpropagation.run(network, on: batch, loss: loss, dropout: drawn)
    }
}
