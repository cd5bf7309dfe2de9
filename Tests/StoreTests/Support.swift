import Glibc
import Series
import Store
import TestSupport
import Testing

/// A fixed time of day; the store has no clock.
let now: Int64 = 1_763_692_800_123_456_789

/// A record that can be told from every other: the state is drawn from name and round.
func record(_ name: String, round: Int = 0, bytes: Int = 5000) -> StreamRecord {
    var random = SplitMix64(seed: StreamName.hash(Array(name.utf8).span) &+ UInt64(round))
    var summary = StreamSummary(name: Array(name.utf8))
    summary.partition = Int(StreamName.hash(summary.name.span) % 64)
    summary.settingsSignature = random.next()
    summary.sampleCount = UInt64(round)
    summary.sequence = UInt64(round + 1)
    summary.lastTime = now + Int64(round)
    summary.scores = .init(mae: Double.random(in: 0...1, using: &random), mase: 0.5)
    summary.updatedAt = now + Int64(round)
    summary.forecast = Array("{\"stream\":\"\(name)\",\"seq\":\(round + 1)}".utf8)
    var state = [UInt8](repeating: 0, count: bytes)
    for index in state.indices { state[index] = UInt8(truncatingIfNeeded: random.next()) }
    return StreamRecord(summary: summary, state: state)
}

func records(_ count: Int, round: Int = 0, bytes: Int = 5000) -> [StreamRecord] {
    (0..<count).map { record("s\($0)", round: round, bytes: bytes) }
}

extension StateDatabase {
    init(_ folder: StateFolder) throws {
        try self.init(in: folder, newestFormat: 1, at: now)
    }

    /// Every stream by its name, the later one of two.
    mutating func all() throws -> [[UInt8]: StreamRecord] {
        var all: [[UInt8]: StreamRecord] = [:]
        _ = try forEach(at: now) { summary, state in
            all[summary.name] = StreamRecord(
                summary: summary, state: state.indices.map { state[$0] })
        }
        return all
    }

    mutating func write(_ records: [StreamRecord]) throws {
        let outcome = try write(records, at: now)
        try #require(outcome.written == records.count)
    }
}

func byName(_ records: [StreamRecord]) -> [[UInt8]: StreamRecord] {
    Dictionary(uniqueKeysWithValues: records.map { ($0.summary.name, $0) })
}

/// What a person reads; empty when there was none.
func text(_ error: StoreError?) -> String { error.map { "\($0)" } ?? "" }

/// Runs `body` in a thread of its own.
final class BackgroundThread: Sendable {
    private let thread: pthread_t

    init(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let box = unsafe Unmanaged.passRetained(Box(body)).toOpaque()
        let status = unsafe pthread_create(
            &thread, nil,
            { context in
                unsafe Unmanaged<Box>.fromOpaque(context!).takeRetainedValue().body()
                return nil
            }, box)
        precondition(status == 0)
        self.thread = thread
    }

    func join() { _ = pthread_join(thread, nil) }

    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
