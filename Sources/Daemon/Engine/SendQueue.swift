import Telemetry
import Transport

/// Encoded forecasts on their way to the socket.
///
/// Sent one at a time between two computations, each would wake libzmq's I/O thread, which costs
/// microseconds; many at a time cost half (docs/performance.md). They never wait for an update of a
/// net, nor when no more input is there (`EngineLoop`), nor for long.
struct SendQueue {
    /// Messages, and bytes, at which the queue wants to be sent.
    private static let fullMessages = 128
    private static let fullBytes = 1 << 16
    /// How long after its sample came in a forecast may wait here for others.
    private static let longestWaitNanoseconds: Int64 = 250_000

    /// One message: its frames are bytes of `bytes`, one after the other.
    private struct Item {
        var name: Range<Int>
        var payload: Range<Int>
    }

    private var items: [Item] = []
    /// By item: when its sample came in.
    private var arrivals: [Int64] = []
    private var bytes: [UInt8] = []
    /// The first item not sent yet.
    private var first = 0

    var isFull: Bool { items.count >= Self.fullMessages || bytes.count >= Self.fullBytes }

    /// Whether the oldest message has waited long enough.
    func isOverdue(at now: Int64) -> Bool {
        guard let oldest = arrivals.first else { return false }
        return now - oldest >= Self.longestWaitNanoseconds
    }

    /// Adds a message.
    /// - Parameters:
    ///   - arrival: when its sample came in, by the monotonic clock in nanoseconds.
    ///   - encode: appends the payload.
    @inline(__always)
    mutating func add(name: Span<UInt8>, arrival: Int64, encode: (inout [UInt8]) -> Void) {
        let start = bytes.count
        unsafe name.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        let end = bytes.count
        encode(&bytes)
        items.append(Item(name: start..<end, payload: end..<bytes.count))
        arrivals.append(arrival)
    }

    /// Sends what it holds, in order. False when the publisher refused: call again to go on.
    mutating func send(
        through publisher: inout Publisher, latency: LatencyHistogram
    ) throws(ZeroMQError) -> Bool {
        if items.isEmpty { return true }
        guard try Self.send(items, of: bytes, from: &first, through: &publisher) else {
            return false
        }
        latency.record(from: arrivals, to: SystemClock.monotonic())
        removeAll()
        return true
    }

    private static func send(
        _ items: [Item], of bytes: [UInt8], from first: inout Int,
        through publisher: inout Publisher
    ) throws(ZeroMQError) -> Bool {
        let span = bytes.span
        while first < items.count {
            let (name, payload) = (items[first].name, items[first].payload)
            let isSent = try publisher.publish(span.extracting(name), span.extracting(payload))
            if !isSent { return false }
            first += 1
        }
        return true
    }

    mutating func removeAll() {
        items.removeAll(keepingCapacity: true)
        arrivals.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        first = 0
    }
}
