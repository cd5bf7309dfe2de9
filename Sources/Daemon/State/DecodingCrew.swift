import Forecasting
import Store

/// Decodes states on several threads, and hands the streams back in the order in which the states
/// were given. The caller's thread lends a hand when the others have enough to do.
struct DecodingCrew: ~Copyable {
    /// A stream on its way back.
    struct Decoded: Sendable {
        var summary: StreamSummary
        var stream: Result<DecodedStream, StateError>
    }

    private struct Batch<Item: Sendable>: Sendable {
        var number: Int
        var items: [Item] = []
    }

    /// Bytes of states that go to a thread at once.
    private static let batchBytes = 1 << 20
    /// Threads beside the caller's; more than that would wait for the disk.
    private static let mostHelpers = 7

    private let decoder: StateDecoder
    private let orders: Mailbox<Batch<StreamRecord>>
    private let results: Mailbox<Batch<Decoded>>
    private let helpers: Int
    private var areHelping = false
    private var batch = Batch<StreamRecord>(number: 0)
    private var batchBytes = 0
    /// Batches that came back before their turn, by number.
    private var early: [Int: [Decoded]] = [:]
    /// The batch whose turn it is.
    private var next = 0

    /// - Parameter processors: threads to use, the caller's among them.
    init(_ decoder: StateDecoder, processors: Int = Processors.available) {
        self.decoder = decoder
        helpers = min(max(processors - 1, 0), Self.mostHelpers)
        orders = Mailbox(capacity: max(1, 2 * helpers))
        // What the caller has not fetched yet: all that waits, and what is in the helpers' hands.
        results = Mailbox(capacity: max(1, 4 * helpers))
    }

    deinit { orders.close() }

    /// Takes a state, and returns streams that are ready.
    mutating func add(_ record: StreamRecord) -> [Decoded] {
        batch.items.append(record)
        batchBytes += record.state.count
        if batchBytes < Self.batchBytes { return [] }
        startHelpers()
        handOver()
        return takeReady()
    }

    /// The streams that are not back yet. Nothing can be added after this.
    mutating func finish() -> [Decoded] {
        let last = Self.decode(batch, decoder)
        early[last.number] = last.items
        orders.close()
        while let order = orders.take() {
            early[order.number] = Self.decode(order, decoder).items
        }
        var ready = takeReady()
        while next <= batch.number, let result = results.take() {
            early[result.number] = result.items
            ready += takeReady()
        }
        return ready
    }

    /// None for a single batch.
    private mutating func startHelpers() {
        if areHelping { return }
        areHelping = true
        for _ in 0..<helpers {
            let (decoder, orders, results) = (decoder, orders, results)
            OwnThread.start(name: "foretide-decode") {
                while let order = orders.take() {
                    let isTaken = results.put(Self.decode(order, decoder))
                    precondition(isTaken, "more results than orders")
                }
            }
        }
    }

    private mutating func handOver() {
        if helpers == 0 || !orders.put(batch) {
            early[batch.number] = Self.decode(batch, decoder).items
        }
        batch = Batch(number: batch.number + 1)
        batchBytes = 0
    }

    private mutating func takeReady() -> [Decoded] {
        for result in results.takeAll() { early[result.number] = result.items }
        var ready: [Decoded] = []
        while let items = early.removeValue(forKey: next) {
            ready += items
            next += 1
        }
        return ready
    }

    private static func decode(
        _ batch: Batch<StreamRecord>, _ decoder: StateDecoder
    ) -> Batch<Decoded> {
        var decoded = Batch<Decoded>(number: batch.number)
        for record in batch.items {
            // Bytes have no padding, so all of them are initialised.
            let bytes = unsafe record.state.span.bytes
            let stream = Result { () throws(StateError) in
                try decoder.decode(name: record.summary.name.span, from: bytes)
            }
            decoded.items.append(Decoded(summary: record.summary, stream: stream))
        }
        return decoded
    }
}
