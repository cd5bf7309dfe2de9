import Forecasting
import Series
import Store

/// One checkpoint under way: the streams that are still to be copied, and those that have been
/// copied and not yet handed over.
struct CheckpointRound {
    /// Copied and to be written in one transaction.
    struct Order {
        var records: [StreamRecord] = []
        var bytes = 0
    }

    /// A partition is one transaction, or several when its states are more than this: what an order
    /// holds is in memory twice.
    private static let fullBytes = 4 << 20
    /// Partitions of less than this share one: each waits for the disk to flush it.
    private static let leastBytes = 1 << 20

    /// When it began, by the monotonic clock.
    let start: Int64
    /// The same by the time of day, nanoseconds since 1970 UTC: what was published before is in it.
    let startTime = SystemClock.realtime()
    /// Not yet looked at: looking up their names is work for several slices too.
    private var unsorted: [StreamIndex]
    /// By partition; the last one of the last one is the next.
    private var waiting: [[StreamIndex]]
    /// By partition: whether a net that streams share is still to be copied, which is done together
    /// with the beginning of the partition.
    private var hasNets: [Bool]
    /// The partition at work, when its streams share a net: all of them are copied as they were at
    /// one moment. Nil at others.
    private var momentOf: Int?
    private var order = Order()
    /// Memory of states that are on the disk, for others: fresh memory costs as much as the copy.
    private var spare: [[UInt8]] = []
    /// Of the newest state: about what the next one takes.
    private var stateBytes = 0

    // What has come of it.
    var streamsWritten = 0
    var bytesWritten = 0
    /// Why a part of it is not on the disk.
    var failure: StoreError?

    var hasFailed: Bool { failure != nil }

    init(of forecaster: borrowing Forecaster, start: Int64) {
        self.start = start
        waiting = Array(repeating: [], count: StreamPartition.count)
        hasNets = (0..<StreamPartition.count).map { partition in
            forecaster.nets(of: partition).contains { forecaster.hasChanged($0) }
        }
        unsorted = forecaster.changedStreams
        dropEmpty()
    }

    /// True when every stream is under its partition.
    private mutating func sort(of forecaster: borrowing Forecaster, until deadline: Int64) -> Bool {
        while let stream = unsorted.popLast() {
            let name = forecaster.name(of: stream)
            waiting[StreamPartition.of(name: name)].append(stream)
            if unsorted.count % 64 == 0, SystemClock.monotonic() >= deadline { break }
        }
        dropEmpty()
        return unsorted.isEmpty
    }

    private mutating func dropEmpty() {
        guard unsorted.isEmpty else { return }
        while waiting.last?.isEmpty ?? false, hasNets.last == false {
            waiting.removeLast()
            hasNets.removeLast()
        }
    }

    /// Whether every stream has been copied and handed over.
    var isHandedOver: Bool {
        unsorted.isEmpty && waiting.allSatisfy(\.isEmpty) && !hasNets.contains(true)
            && order.records.isEmpty
    }

    /// Copies the next streams, at least one, until the deadline. Returns an order when there is a
    /// whole one.
    mutating func copy(
        from forecaster: inout Forecaster, _ outbox: borrowing Outbox, until deadline: Int64
    ) -> Order? {
        guard sort(of: forecaster, until: deadline) else { return nil }
        while let partition = waiting.indices.last {
            if momentOf != partition { begin(partition, of: &forecaster) }
            if let stream = waiting[partition].popLast() { copy(stream, from: &forecaster, outbox) }
            // What belongs to one moment stays together.
            let isEnd = waiting[partition].isEmpty
            let isWhole =
                isEnd && order.bytes >= Self.leastBytes
                || momentOf == nil && order.bytes >= Self.fullBytes
            dropEmpty()
            if isWhole {
                defer { order = Order() }
                return order
            }
            if SystemClock.monotonic() >= deadline { return nil }
        }
        // The rest of its partition may have been dropped.
        defer { order = Order() }
        return order.records.isEmpty ? nil : order
    }

    private mutating func copy(
        _ stream: StreamIndex, from forecaster: inout Forecaster, _ outbox: borrowing Outbox
    ) {
        var memory = spare.popLast() ?? []
        memory.reserveCapacity(stateBytes)
        let record: StreamRecord
        if momentOf == nil {
            record = StreamRecord(of: stream, in: forecaster, outbox, memory: memory)
            forecaster.clearChange(of: stream)
        } else {
            let (copy, isNewest) = forecaster.copied(stream)
            let forecast = isNewest ? outbox.newest(of: copy.name.span) ?? [] : nil
            record = StreamRecord(
                copy, seed: forecaster.seed, forecast: forecast, memory: memory)
        }
        stateBytes = record.state.count
        add(record)
    }

    private mutating func add(_ record: StreamRecord) {
        order.bytes += record.state.count
        order.records.append(record)
    }

    /// Copies the nets that streams of the partition share. From now on its streams are copied as
    /// they are at this moment: those too that have changed since the round began.
    private mutating func begin(_ partition: Int, of forecaster: inout Forecaster) {
        let nets = forecaster.nets(of: partition)
        momentOf = nets.isEmpty ? nil : partition
        hasNets[partition] = false
        guard !nets.isEmpty else { return }
        for net in nets where forecaster.hasChanged(net) {
            add(StreamRecord(of: net, in: forecaster))
            forecaster.noteChange(of: net, false)
        }
        waiting[partition] = forecaster.beginCopy(of: partition)
    }

    /// Leaves out a stream whose index will be another's.
    mutating func drop(_ stream: StreamIndex, named name: [UInt8]) {
        unsorted.removeAll { $0 == stream }
        let partition = StreamPartition.of(name: name)
        if partition < waiting.count { waiting[partition].removeAll { $0 == stream } }
        order.records.removeAll { $0.summary.name == name }
        dropEmpty()
    }

    /// Whether a copy of the stream waits to be handed over.
    func holds(_ name: [UInt8]) -> Bool { order.records.contains { $0.summary.name == name } }

    /// Takes back the memory of an order that has been dealt with.
    mutating func reuse(_ records: consuming [StreamRecord]) {
        while var state = records.popLast()?.state {
            state.removeAll(keepingCapacity: true)
            spare.append(state)
        }
    }
}
