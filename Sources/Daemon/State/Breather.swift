import Glibc
import Synchronization

/// Pauses of a thread whose work can wait: as long as it had a processor, it leaves it to others,
/// who wait for it no longer than a piece of its work takes. Niceness alone does not do that: where
/// there are fewer processors than busy threads, even a nice one keeps its processor for
/// milliseconds.
final class Breather: Sendable {
    /// Whether there are none for now.
    let isHurried = Atomic(false)
    /// The thread's own time at the end of the last pause; of its thread alone.
    private let rested = Atomic<Int64>(0)
    /// Work between two pauses.
    private static let workNanoseconds: Int64 = 500_000
    /// A single piece of work may have been long.
    private static let longestNanoseconds: Int64 = 20_000_000

    /// Between two pieces of work.
    func rest() {
        let now = SystemClock.threadTime()
        let worked = now - rested.load(ordering: .relaxed)
        guard worked >= Self.workNanoseconds else { return }
        rested.store(now, ordering: .relaxed)
        if isHurried.load(ordering: .relaxed) { return }
        var pause = timespec(tv_sec: 0, tv_nsec: Int(min(worked, Self.longestNanoseconds)))
        unsafe nanosleep(&pause, nil)
    }
}
