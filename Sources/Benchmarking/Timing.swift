import Daemon

/// How long one run of some work takes, in many runs.
package struct Timing: Sendable {
    package let medianNanoseconds: Double
    package let leastNanoseconds: Double

    /// Times as many runs at once as take about this long, so that reading the clock does not
    /// count.
    private static let blockNanoseconds = 50_000.0
    /// Blocks without which there is no median to speak of.
    private static let fewestBlocks = 5

    init(medianNanoseconds: Double, leastNanoseconds: Double) {
        self.medianNanoseconds = medianNanoseconds
        self.leastNanoseconds = leastNanoseconds
    }

    /// Runs `work` for about `seconds`, five blocks at least; what comes first is not counted.
    init(seconds: Double, _ work: () -> Void) {
        let warmUp = Self.time(1, work)
        let runs = max(1, Int(Self.blockNanoseconds / max(warmUp, 1)))
        let end = SystemClock.monotonic() + Int64(seconds * 1e9)
        _ = Self.time(runs, work)
        var blocks: [Double] = []
        while blocks.count < Self.fewestBlocks || SystemClock.monotonic() < end {
            blocks.append(Self.time(runs, work) / Double(runs))
        }
        blocks.sort()
        self.init(
            medianNanoseconds: blocks[blocks.count / 2], leastNanoseconds: blocks[0])
    }

    /// Nanoseconds of `runs` runs.
    private static func time(_ runs: Int, _ work: () -> Void) -> Double {
        let start = SystemClock.monotonic()
        for _ in 0..<runs { work() }
        return Double(SystemClock.monotonic() - start)
    }
}

extension [Double] {
    /// The middle one, the upper of two; not empty.
    var median: Double { sorted()[count / 2] }
}
