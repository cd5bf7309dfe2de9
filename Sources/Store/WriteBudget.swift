/// How often the state may be written so that the disk is not hurt: the interval that was asked
/// for, or a longer one when a round of checkpoints writes too much for that.
package struct WriteBudget: Equatable, Sendable {
    /// Bytes a second that checkpoints may write on average. Default 32 MiB, at least 1.
    package let bytesPerSecond: Int
    /// `state.checkpoint_interval`, nanoseconds.
    package let intervalNanoseconds: Int64
    /// The interval may grow to this many times its length; then the rate gives way: what is never
    /// written would be lost.
    package static let longestStretch: Int64 = 20

    /// `intervalNanoseconds`, or what the rate made of it.
    package var presentIntervalNanoseconds: Int64 { max(intervalNanoseconds, leastNanoseconds) }
    /// What the rate allows for at the least.
    private var leastNanoseconds: Int64 = 0

    package init(bytesPerSecond: Int = 32 << 20, intervalNanoseconds: Int64) {
        precondition(bytesPerSecond > 0 && intervalNanoseconds > 0)
        self.bytesPerSecond = bytesPerSecond
        self.intervalNanoseconds = intervalNanoseconds
    }

    /// Takes note of a round that wrote so many bytes. True when the interval becomes or ceases to
    /// be longer than was asked for, which is worth a line in the log.
    package mutating func finishRound(bytes: Int) -> Bool {
        let wasStretched = isStretched
        let seconds = Double(bytes) / Double(bytesPerSecond)
        let longest = Double(intervalNanoseconds) * Double(Self.longestStretch)
        leastNanoseconds = Int64(min(seconds * 1e9, longest, 9e18))
        return wasStretched != isStretched
    }

    /// The time from the beginning of a round that has taken so long to that of the next,
    /// nanoseconds. That one will take about as long, and is to have ended within the interval: so
    /// a crash just before loses no more than that.
    package func delayNanoseconds(afterRoundOf duration: Int64) -> Int64 {
        max(leastNanoseconds, intervalNanoseconds - min(duration, intervalNanoseconds / 2))
    }

    package var isStretched: Bool { presentIntervalNanoseconds > intervalNanoseconds }
}
