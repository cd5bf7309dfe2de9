import Daemon
import Kernels

/// What the machine can do at best on one core, by the instructions in use: the yardstick of all
/// other figures, so it is measured among them.
package struct MachinePeak: Sendable {
    /// float32 multiply-and-add out of registers, a short burst before each row of the updates.
    private var bursts: [Double] = []
    /// Memory read and summed up; and read, changed and written back, both ways counted. 10⁹
    /// bytes/s.
    package private(set) var readGigabytes: Double
    package private(set) var updateGigabytes: Double

    /// Bytes that no cache holds.
    private static let memoryBytes = 256 << 20

    /// 10⁹ float32 operations a second: the median of the bursts.
    package var gigaflops: Double { bursts.median }

    init(isQuick: Bool) {
        var memory = [UInt64](repeating: 1, count: Self.memoryBytes / 8)
        let passes = isQuick ? 3 : 9
        var total: UInt64 = 0
        var reads: [Double] = []
        var updates: [Double] = []
        for _ in 0..<passes {
            var start = SystemClock.monotonic()
            for word in memory { total &+= word }
            reads.append(Self.rate(start))
            start = SystemClock.monotonic()
            for index in memory.indices { memory[index] &+= total }
            updates.append(2 * Self.rate(start))
        }
        readGigabytes = reads.median
        updateGigabytes = updates.median
        for _ in 0..<passes { addBurst() }
    }

    /// Measures the peak once more.
    mutating func addBurst() {
        let rounds = 100_000
        var rates: [Double] = []
        for _ in 0..<5 {
            let start = SystemClock.monotonic()
            let done = multiplyAdds(rounds: rounds, factor: 0.5, term: 1)
            precondition(done.result.isFinite)
            rates.append(Double(done.operations) / Double(SystemClock.monotonic() - start))
        }
        bursts.append(rates.median)
    }

    private static func rate(_ start: Int64) -> Double {
        Double(memoryBytes) / Double(SystemClock.monotonic() - start)
    }
}
