import Glibc

/// Keeps a rate on the monotonic clock. Every deadline is counted from the start, so lateness never
/// adds up; who falls behind catches up at once.
package struct Pacer {
    /// How long a sleep may last before the caller's wish to stop is asked for.
    private static let slice: Int64 = 100_000_000

    /// Nil: as fast as the receiver takes it.
    package let perSecond: Double?
    private var start: Int64
    private var count = 0

    /// - Parameters:
    ///   - perSecond: above 0, or nil for no limit.
    ///   - start: nanoseconds of the monotonic clock; the first turn is due then.
    package init(perSecond: Double?, start: Int64 = SystemClock.monotonic()) {
        precondition(perSecond.map { $0 > 0 } ?? true, "a rate is above 0")
        self.perSecond = perSecond
        self.start = start
    }

    /// When a turn is due, counted from 0, in nanoseconds of the monotonic clock.
    package func deadline(ofTurn turn: Int) -> Int64 {
        guard let perSecond else { return start }
        return start + Int64((Double(turn) / perSecond * 1e9).rounded())
    }

    /// Sleeps until the next turn is due.
    /// - Returns: false as soon as `isStopping` says so.
    package mutating func waitForTurn(isStopping: () -> Bool) -> Bool {
        let deadline = deadline(ofTurn: count)
        count += 1
        while !isStopping() {
            let now = SystemClock.monotonic()
            if now >= deadline { return true }
            Self.sleep(until: min(deadline, now + Self.slice))
        }
        return false
    }

    /// Lets the next turn be due now, after a pause that is not to be caught up on.
    package mutating func restart(at time: Int64 = SystemClock.monotonic()) {
        start = time
        count = 0
    }

    /// Sleeps until a time of the monotonic clock, or until a signal comes in.
    private static func sleep(until time: Int64) {
        var wake = timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
        unsafe _ = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, nil)
    }
}
