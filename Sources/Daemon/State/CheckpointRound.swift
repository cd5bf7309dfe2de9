import Forecasting
import Series
import Store

/// One checkpoint under way: the streams that are still to be copied, and those that have been
/// copied and not yet handed over.
struct CheckpointRound {
    /// Copied and to be written in one transaction.
    struct Order {
        var records: [StreamRecord] = []
        var streams: [StreamIndex] = []
        var bytes = 0
    }

    private struct Waiting {
        let partition: Int
        let stream: StreamIndex
    }

    /// A partition is one transaction, or several when its states are more than this: what an order
    /// holds is in memory twice.
    private static let fullBytes = 16 << 20
    private static let partitions: UInt64 = 64

    /// When it began, by the monotonic clock.
    let start: Int64
    /// By partition; the last one is the next.
    private var waiting: [Waiting]
    private var order = Order()
    /// Of the newest state: about what the next one takes.
    private var stateBytes = 0

    // What has come of it.
    var streamsWritten = 0
    var bytesWritten = 0
    /// Why a part of it is not on the disk.
    var failure: StoreError?

    var hasFailed: Bool { failure != nil }

    init(_ streams: [StreamIndex], of forecaster: borrowing Forecaster, start: Int64) {
        self.start = start
        waiting = []
        for stream in streams {
            let name = forecaster.stream(stream).name
            let partition = Int(StreamName.hash(name.span) % Self.partitions)
            waiting.append(Waiting(partition: partition, stream: stream))
        }
        waiting.sort { $0.partition > $1.partition }
    }

    /// Whether every stream has been copied and handed over.
    var isHandedOver: Bool { waiting.isEmpty && order.records.isEmpty }

    /// Copies the next streams, at least one, until the deadline. Returns an order when there is a
    /// whole one.
    mutating func copy(
        from forecaster: inout Forecaster, _ outbox: borrowing Outbox, until deadline: Int64
    ) -> Order? {
        while let next = waiting.popLast() {
            copy(next, from: &forecaster, outbox)
            let isWhole =
                waiting.last?.partition != next.partition || order.bytes >= Self.fullBytes
            if isWhole {
                defer { order = Order() }
                return order
            }
            if SystemClock.monotonic() >= deadline { break }
        }
        return nil
    }

    private mutating func copy(
        _ next: Waiting, from forecaster: inout Forecaster, _ outbox: borrowing Outbox
    ) {
        var summary = StreamSummary(
            forecaster.stream(next.stream), partition: next.partition)
        summary.settingsSignature = forecaster.settingsSignature(of: next.stream)
        summary.formatVersion = Int(Forecaster.stateFormat)
        summary.updatedAt = SystemClock.realtime()
        summary.forecast = outbox.newest(of: summary.name.span) ?? []
        var state: [UInt8] = []
        state.reserveCapacity(stateBytes)
        forecaster.snapshot(of: next.stream, into: &state)
        forecaster.clearChange(of: next.stream)
        stateBytes = state.count
        order.bytes += state.count
        order.records.append(StreamRecord(summary: summary, state: state))
        order.streams.append(next.stream)
    }
}
