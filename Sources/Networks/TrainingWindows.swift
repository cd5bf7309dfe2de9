package import Kernels

/// The order in which an epoch reads a recorded series.
package enum TrainingWindows: Sendable {
    /// In a new order each epoch, every window from the zero state.
    case shuffled(ShuffledWindows)
    /// In the series' order, every window from the state that the one before it left.
    case stateful(ParallelWindows)

    /// T.
    package var windowCount: Int {
        switch self {
        case .shuffled(let windows): windows.windowCount
        case .stateful(let windows): windows.windowCount
        }
    }

    /// B.
    package var batchCount: Int {
        switch self {
        case .shuffled(let windows): windows.batchCount
        case .stateful(let windows): windows.batchCount
        }
    }

    /// The batches of an epoch.
    package var count: Int {
        switch self {
        case .shuffled(let windows): windows.count
        case .stateful(let windows): windows.count
        }
    }

    /// The windows of batch `index`, 0..<count: B, or what is left for the last one.
    package func filledCount(_ index: Int) -> Int {
        switch self {
        case .shuffled(let windows): windows.batch(index).count
        case .stateful(let windows): windows.batchCount
        }
    }

    /// A new epoch. Stateful windows draw nothing.
    package mutating func shuffle(using generator: inout some RandomNumberGenerator) {
        guard case .shuffled(var windows) = self else { return }
        windows.shuffle(using: &generator)
        self = .shuffled(windows)
    }

    /// Fills `batch` with batch `index` of `series`; `last` is the run on the batch before it.
    package func load<Scalar: Real>(
        _ index: Int, of series: TrainingSeries<Scalar>,
        after last: TruncatedBackpropagation<Scalar>, into batch: inout WindowBatch<Scalar>
    ) {
        switch self {
        case .shuffled(let windows): windows.load(index, of: series, into: &batch)
        case .stateful(let windows): windows.load(index, of: series, after: last, into: &batch)
        }
    }
}
