import Series
import Synchronization

/// A round of work on streams that several threads share, a partition at a time.
///
/// The engine's thread fills desks and opens them; whoever has time claims one, observes its
/// samples, and leaves the last update for the time when no desk waits to be observed. Then the
/// engine's thread publishes while the others train. A round ends when all is done, and only then
/// the engine goes on: between two rounds everything is the engine's, as if it were alone.
///
/// Claiming is by atomic bits, one for each partition: who clears a bit owns the desk, with
/// everything that its last owner wrote. Where streams are many, a thread claims the next desk
/// before it works on one: so it can bring into the cache what that one's streams need.
final class Workshop: Sendable {
    let desks: [PartitionDesk]
    /// What each thread needs; the first is the engine's own. In a round a thread uses its own one
    /// while it has a desk.
    let workers: [Owned<Worker>]
    /// By thread: the partitions that it takes first, as bits. What their streams need may still be
    /// in the cache of its processor.
    private let partitions: [UInt64]
    /// What the samples of the lots are in. The engine changes it between two rounds.
    let batch = Owned(SampleBatch())

    /// Desks that wait to be observed, and those that wait for their last update.
    private let toObserve = Atomic<UInt64>(0)
    private let toTrain = Atomic<UInt64>(0)
    /// Desks of the round that are not observed, or not done.
    private let unobserved = Atomic<Int>(0)
    private let unfinished = Atomic<Int>(0)
    /// Posted once a round each, unless the engine's thread was the last one itself.
    private let allObserved = Semaphore()
    private let allFinished = Semaphore()

    init(_ workers: [Worker]) {
        self.workers = workers.map { Owned($0) }
        desks = (0..<StreamPartition.count).map { _ in PartitionDesk() }
        partitions = workers.indices.map { worker in
            (0..<StreamPartition.count).filter { $0 % workers.count == worker }
                .reduce(0) { $0 | 1 << UInt64($1) }
        }
    }

    /// Opens the desks of these partitions to every thread.
    func open(_ partitions: UInt64) {
        let count = partitions.nonzeroBitCount
        unobserved.store(count, ordering: .relaxed)
        unfinished.store(count, ordering: .relaxed)
        toObserve.store(partitions, ordering: .releasing)
    }

    /// All that a thread other than the engine's can do in a round.
    func work(_ worker: Int) {
        if observe(worker) { allObserved.post() }
        if train(worker) { allFinished.post() }
    }

    /// The engine's part: returns when all samples have been observed.
    func finishObserving() {
        if !observe(0) { allObserved.wait() }
    }

    /// The engine's part: returns when all is done.
    func finishTraining() {
        if !train(0) { allFinished.wait() }
    }

    /// Observes what nobody else has claimed. True when that was the last of the round.
    private func observe(_ worker: Int) -> Bool {
        var isLast = false
        var claimed = Self.claim(toObserve, first: partitions[worker])
        while let partition = claimed {
            claimed = claimAhead(toObserve, of: partition, worker)
            desks[partition].observe(
                in: batch.value, by: &workers[worker].value, before: claimed.map { desks[$0] })
            // Also where nothing is due: the end of a round is in `train` alone.
            toTrain.bitwiseOr(1 << UInt64(partition), ordering: .releasing)
            isLast = Self.countDown(unobserved)
            claimed = claimed ?? Self.claim(toObserve, first: partitions[worker])
        }
        return isLast
    }

    /// Makes the updates that nobody else has claimed. True when that was the last of the round.
    private func train(_ worker: Int) -> Bool {
        var isLast = false
        var claimed = Self.claim(toTrain, first: partitions[worker])
        while let partition = claimed {
            claimed = claimAhead(toTrain, of: partition, worker)
            desks[partition].train(
                by: &workers[worker].value, before: claimed.map { desks[$0] })
            isLast = Self.countDown(unfinished)
            claimed = claimed ?? Self.claim(toTrain, first: partitions[worker])
        }
        return isLast
    }

    /// The desk after the one in hand, claimed before that one is worked on; nil where nothing
    /// would be fetched for it, or where so few wait that other threads would lack it.
    private func claimAhead(
        _ bits: borrowing Atomic<UInt64>, of partition: Int, _ worker: Int
    ) -> Int? {
        guard desks[partition].looksAhead,
            bits.load(ordering: .relaxed).nonzeroBitCount > workers.count
        else { return nil }
        return Self.claim(bits, first: partitions[worker])
    }

    /// Takes one of the bits, for the caller alone: of `first` where there is one.
    private static func claim(_ bits: borrowing Atomic<UInt64>, first: UInt64) -> Int? {
        var waiting = bits.load(ordering: .relaxed)
        while waiting != 0 {
            let choice = waiting & first == 0 ? waiting : waiting & first
            let bit = choice & (~choice &+ 1)
            let old = bits.bitwiseAnd(~bit, ordering: .acquiringAndReleasing).oldValue
            if old & bit != 0 { return bit.trailingZeroBitCount }
            waiting = old & ~bit
        }
        return nil
    }

    /// True for who comes to 0, who then sees all that the others did.
    private static func countDown(_ count: borrowing Atomic<Int>) -> Bool {
        count.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0
    }
}
