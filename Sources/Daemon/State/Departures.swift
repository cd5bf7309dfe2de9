import Forecasting
import Store

/// Streams that have left memory and are not on the disk yet.
///
/// They are written together, no faster than the disk should be; who cannot be taken in here stays
/// in memory.
struct Departures {
    private struct Departed {
        var record: StreamRecord
        /// The order that writes it; nil while it waits for one.
        var order: UInt64?
    }

    /// What is held at once, of which streams that left for new ones get half: a flood of new names
    /// must not keep out the streams that are in use.
    private static let mostBytes = 16 << 20
    /// Between two orders: time to gather more, and for what checkpoints may give the disk.
    private static let pauseNanoseconds: Int64 = 50_000_000
    private static let bytesPerSecond = 32 << 20
    /// After an order that failed.
    private static let retryNanoseconds: Int64 = 1_000_000_000

    private var streams: [[UInt8]: Departed] = [:]
    private var bytes = 0
    /// Memory of states that are on the disk, for the next ones: taken anew each time it would lie
    /// scattered between what the streams leave behind.
    private var spare: [[UInt8]] = []
    private var spareBytes = 0
    /// Of the newest state: about what the next one takes.
    private var stateBytes = 0
    /// The order under way, and how large it is.
    private(set) var order: UInt64?
    private var orderBytes = 0
    private var nextOrder: Int64 = 0

    var isEmpty: Bool { streams.isEmpty }

    /// Whether one more stream may leave.
    func hasRoom(for reason: Forecaster.Eviction) -> Bool {
        bytes < (reason == .newcomer ? Self.mostBytes / 2 : Self.mostBytes)
    }

    func record(of name: [UInt8]) -> StreamRecord? { streams[name]?.record }

    /// Empty, with room for a state.
    mutating func memory() -> [UInt8] {
        var memory = spare.popLast() ?? []
        spareBytes -= memory.capacity
        memory.reserveCapacity(stateBytes)
        return memory
    }

    /// Takes back the memory of an order that is on the disk.
    mutating func reuse(_ records: consuming [StreamRecord]) {
        while var memory = records.popLast()?.state, spareBytes < Self.mostBytes / 2 {
            memory.removeAll(keepingCapacity: true)
            spareBytes += memory.capacity
            spare.append(memory)
        }
    }

    mutating func add(_ record: StreamRecord) {
        remove(record.summary.name)
        bytes += record.state.count
        stateBytes = record.state.count
        streams[record.summary.name] = Departed(record: record)
    }

    /// The stream comes back, or is not wanted any more.
    mutating func remove(_ name: [UInt8]) {
        guard let departed = streams.removeValue(forKey: name) else { return }
        bytes -= departed.record.state.count
    }

    /// How long until an order may be made; nil when there is none to make.
    func delayNanoseconds(at now: Int64) -> Int64? {
        order == nil && !streams.isEmpty ? max(0, nextOrder - now) : nil
    }

    /// All that waits for an order; nothing when it is too early for one.
    mutating func makeOrder(_ number: UInt64, at now: Int64) -> [StreamRecord] {
        guard order == nil, now >= nextOrder, !streams.isEmpty else { return [] }
        var records: [StreamRecord] = []
        for name in streams.keys {
            streams[name]!.order = number
            records.append(streams[name]!.record)
        }
        order = number
        orderBytes = bytes
        return records
    }

    /// The order has come to its end.
    mutating func finishOrder(isWritten: Bool, at now: Int64) {
        for (name, departed) in streams where departed.order == order {
            if isWritten { remove(name) } else { streams[name]!.order = nil }
        }
        order = nil
        let duration = Int64(Double(orderBytes) / Double(Self.bytesPerSecond) * 1e9)
        nextOrder = now + max(duration, isWritten ? Self.pauseNanoseconds : Self.retryNanoseconds)
    }
}
