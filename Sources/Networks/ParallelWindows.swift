package import Kernels

/// One long series read at B places at once: it is cut in B equal pieces, and each window of a
/// batch walks through its own piece in order, so that its state can be carried on (stateful TBPTT
/// with window k₂ = `window` and stride k₁ = `stride`).
package struct ParallelWindows: Sendable {
    /// T.
    package let windowCount: Int
    /// Samples from one window to the next, 1...T.
    package let stride: Int
    /// B.
    package let batchCount: Int
    /// The samples of one piece; what is left over at the series' end is not used.
    package let pieceCount: Int

    package init(sampleCount: Int, window: Int, stride: Int, batch: Int) {
        precondition(window > 0 && batch > 0 && (1...window).contains(stride))
        precondition(sampleCount / batch >= window)
        windowCount = window
        self.stride = stride
        batchCount = batch
        pieceCount = sampleCount / batch
    }

    /// The batches of an epoch.
    package var count: Int { (pieceCount - windowCount) / stride + 1 }

    /// The first sample of window `lane` in batch `index`.
    package func start(_ index: Int, lane: Int) -> Int {
        precondition((0..<count).contains(index) && (0..<batchCount).contains(lane))
        return lane * pieceCount + index * stride
    }

    /// Fills `windows` with batch `index`: batch 0 starts from the zero state, every other one from
    /// where `last`, the run on the batch before it, was after `stride` steps.
    package func load<Scalar: Real>(
        _ index: Int, of series: TrainingSeries<Scalar>,
        after last: TruncatedBackpropagation<Scalar>, into windows: inout WindowBatch<Scalar>
    ) {
        precondition(windows.batchCount == batchCount && windows.windowCount == windowCount)
        if index == 0 {
            windows.resetState()
        } else {
            windows.carryState(from: last, afterStep: stride)
        }
        for lane in 0..<batchCount {
            windows.load(lane: lane, from: series, start: start(index, lane: lane))
        }
    }
}
