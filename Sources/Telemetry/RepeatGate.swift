/// Lets the same event into the log at most once in a while, and counts what it held back.
///
/// The time is the caller's monotonic clock in nanoseconds, so a test can make it up.
package struct RepeatGate: Sendable {
    /// The event under which all are held together once `capacity` different ones are known.
    package static let overflowEvent = "other events"

    private struct Entry {
        var lastTimeNanoseconds: Int64
        var suppressed: UInt64 = 0
    }

    private let intervalNanoseconds: Int64
    private let capacity: Int
    private var entries: [String: Entry] = [:]

    /// - Parameters:
    ///   - intervalSeconds: how long an event that was let through holds back its like.
    ///   - capacity: most events known at a time.
    package init(intervalSeconds: Int = 60, capacity: Int = 256) {
        precondition(intervalSeconds > 0 && capacity > 0)
        intervalNanoseconds = Int64(intervalSeconds) * 1_000_000_000
        self.capacity = capacity
    }

    /// Whether the event may be logged: if so, how often it was held back since the last time.
    package mutating func admit(_ event: String, at timeNanoseconds: Int64) -> UInt64? {
        var event = event
        if entries[event] == nil, entries.count >= capacity {
            entries = entries.filter { !isOver($0.value, at: timeNanoseconds) }
            if entries.count >= capacity { event = Self.overflowEvent }
        }
        guard let entry = entries[event], !isOver(entry, at: timeNanoseconds) else {
            return entries.updateValue(Entry(lastTimeNanoseconds: timeNanoseconds), forKey: event)?
                .suppressed ?? 0
        }
        entries[event]?.suppressed += 1
        return nil
    }

    /// Takes out the events whose time is over: each that was held back, in alphabetical order,
    /// with how often. For a turn once a minute and for the end, so that no count goes unsaid.
    package mutating func drain(at timeNanoseconds: Int64) -> [(event: String, suppressed: UInt64)]
    {
        let over = entries.filter { isOver($0.value, at: timeNanoseconds) }
        for event in over.keys { entries[event] = nil }
        return over.filter { $0.value.suppressed > 0 }
            .map { (event: $0.key, suppressed: $0.value.suppressed) }
            .sorted { $0.event < $1.event }
    }

    private func isOver(_ entry: Entry, at timeNanoseconds: Int64) -> Bool {
        timeNanoseconds - entry.lastTimeNanoseconds >= intervalNanoseconds
    }
}
