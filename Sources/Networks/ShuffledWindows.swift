package import Kernels

/// Independent windows of one series in shuffled mini-batches: each exactly once an epoch, each
/// from the zero state.
package struct ShuffledWindows: Sendable {
    /// T.
    package let windowCount: Int
    /// B: the windows of a batch; the last batch of an epoch may have fewer.
    package let batchCount: Int
    /// The first sample of each window, in the order of this epoch.
    package private(set) var starts: [Int]

    /// Windows of `window` samples that begin at 0, stride, 2·stride, ... and lie wholly in the
    /// series.
    package init(sampleCount: Int, window: Int, stride: Int = 1, batch: Int) {
        precondition(window > 0 && stride > 0 && batch > 0 && sampleCount >= window)
        windowCount = window
        batchCount = batch
        starts = Array(Swift.stride(from: 0, through: sampleCount - window, by: stride))
    }

    /// The batches of an epoch.
    package var count: Int { (starts.count + batchCount - 1) / batchCount }

    /// A new epoch: a new order, every order equally likely (Fisher, Yates; Durstenfeld, 1964).
    package mutating func shuffle(using generator: inout some RandomNumberGenerator) {
        for last in Swift.stride(from: starts.count - 1, to: 0, by: -1) {
            starts.swapAt(last, uniformIndex(below: last + 1, &generator))
        }
    }

    /// The starts of batch `index`, 0..<count.
    package func batch(_ index: Int) -> ArraySlice<Int> {
        precondition((0..<count).contains(index))
        return starts[(index * batchCount)..<min((index + 1) * batchCount, starts.count)]
    }

    /// Fills `windows` with batch `index`; windows that the last batch lacks are out of the loss.
    package func load<Scalar: Real>(
        _ index: Int, of series: TrainingSeries<Scalar>, into windows: inout WindowBatch<Scalar>
    ) {
        precondition(windows.batchCount == batchCount)
        let starts = batch(index)
        windows.resetState()
        for lane in 0..<batchCount {
            if lane < starts.count {
                windows.load(lane: lane, from: series, start: starts[starts.startIndex + lane])
            } else {
                windows.clear(lane: lane)
            }
        }
    }
}
