package import Series

/// Puts samples that come late into order, stream by stream, before the forecaster sees them
/// (`input.reorder`).
///
/// A sample is held until one of the same stream has come whose time is `delay` later, so its
/// forecast comes that much later too. Only the times of samples release samples: the same feed
/// gives the same order, however fast it comes; those that a silent stream has left wait until it
/// goes on, or for `flush`. What is later than that, and what has no time, passes at once: the
/// forecaster says what becomes of it.
///
/// As many streams as the forecaster holds are known at once. A further one takes the place of the
/// one whose last sample was longest ago, which gives back what is held of it.
package struct ReorderBuffer: Sendable {
    /// A sample, alone in its batch.
    private struct Held {
        let time: Int64
        let batch: SampleBatch
    }

    private struct Queue {
        /// In order of time, of arrival where times are equal.
        var held: [Held] = []
        /// The newest time that came, and the newest that has been released.
        var newest = Int64.min
        var released = Int64.min
        var lateRun = LateRun()
    }

    /// Samples that came after a newer one of their stream and were put before it.
    package private(set) var reordered: UInt64 = 0
    private let delay: Int64
    private let limits: Limits
    private var table = StreamTable()
    private var queues: [Queue] = []
    /// By queue, and how many samples have come.
    private var idleOrder = IdleOrder()
    private var samples: UInt64 = 0
    /// What `reorder` gives back, while it is being filled.
    private var ready = SampleBatch()

    /// delayNanoseconds: how late a sample may be, above 0.
    package init(delayNanoseconds: Int64, limits: Limits) {
        precondition(delayNanoseconds > 0)
        delay = delayNanoseconds
        self.limits = limits
    }

    /// Takes the samples of a message and gives back, in their place, those that are now due.
    package mutating func reorder(_ batch: inout SampleBatch) {
        ready.removeAll()
        for sample in batch.samples { take(sample, of: batch) }
        swap(&batch, &ready)
    }

    /// Gives back everything that is held: each stream's in order, the streams as they first came.
    package mutating func flush(into batch: inout SampleBatch) {
        batch.removeAll()
        for index in queues.indices {
            Self.release(queues[index].held.count, of: &queues[index], into: &batch)
        }
    }

    private mutating func take(_ sample: Sample, of batch: borrowing SampleBatch) {
        guard let time = sample.time, let index = queue(of: sample, in: batch) else {
            return ready.append(sample, of: batch)
        }
        if time < queues[index].released {
            if queues[index].lateRun.observe(time) {
                Self.release(queues[index].held.count, of: &queues[index], into: &ready)
                queues[index].newest = time
                queues[index].released = time
                queues[index].lateRun.end()
            }
            return ready.append(sample, of: batch)
        }
        queues[index].lateRun.end()
        hold(sample, of: batch, time: time, in: index)
        let count = due(in: queues[index])
        Self.release(count, of: &queues[index], into: &ready)
    }

    private mutating func hold(
        _ sample: Sample, of batch: borrowing SampleBatch, time: Int64, in queue: Int
    ) {
        var own = SampleBatch()
        own.append(sample, of: batch)
        var place = queues[queue].held.count
        while place > 0, queues[queue].held[place - 1].time > time { place -= 1 }
        queues[queue].held.insert(Held(time: time, batch: own), at: place)
        if time < queues[queue].newest { reordered += 1 }
        queues[queue].newest = max(queues[queue].newest, time)
    }

    /// How many of the oldest samples are not to be waited for any longer.
    private func due(in queue: Queue) -> Int {
        let (last, overflow) = queue.newest.subtractingReportingOverflow(delay)
        guard !overflow else { return 0 }
        let due = queue.held.firstIndex { $0.time > last } ?? queue.held.count
        return max(due, queue.held.count - Limits.reorderedSamples)
    }

    private static func release(
        _ count: Int, of queue: inout Queue, into batch: inout SampleBatch
    ) {
        guard count > 0 else { return }
        for held in queue.held[..<count] { batch.append(held.batch.samples[0], of: held.batch) }
        queue.released = queue.held[count - 1].time
        queue.held.removeFirst(count)
    }

    /// The queue of the sample's stream; nil when the forecaster will refuse the sample.
    private mutating func queue(of sample: Sample, in batch: borrowing SampleBatch) -> Int? {
        guard !sample.values.isEmpty, sample.numberCount <= limits.valuesPerSample else {
            return nil
        }
        let name = batch.text.span.extracting(sample.name.range)
        samples += 1
        if let index = table.index(of: name, hash: sample.nameHash) {
            idleOrder.touch(index, at: samples)
            return index
        }
        if table.count >= limits.maxStreams, let idlest = idleOrder.idlest {
            Self.release(queues[idlest].held.count, of: &queues[idlest], into: &ready)
            queues[idlest] = Queue()
            idleOrder.remove(idlest)
            table.remove(at: idlest)
        }
        let index = table.insert([UInt8](copying: name), hash: sample.nameHash)
        if index == queues.count { queues.append(Queue()) }
        idleOrder.add(index, at: samples)
        return index
    }
}
