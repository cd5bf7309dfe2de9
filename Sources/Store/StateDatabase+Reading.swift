/// What came of reading streams.
package struct RestoreOutcome: Equatable, Sendable {
    /// Streams handed over.
    package var restored = 0
    /// Streams left where they are, since their format is newer than the program.
    package var newer = 0
    /// Damaged rows that were moved to the table `quarantine`.
    package var setAside = 0
    /// Of these, streams that go on with an older state from a backup (they count as restored too).
    package var fromBackup = 0

    package init() {}
}

extension StateDatabase {
    /// Hands over every stream: its summary, and its state, which is valid only during the call.
    /// Damaged rows are set aside and, where a backup has the stream, replaced.
    ///
    /// A stream may come twice when damage was found under way; the later one counts.
    package mutating func forEach(
        at time: Int64, _ body: (StreamSummary, Span<UInt8>) -> Void
    ) throws(StoreError) -> RestoreOutcome {
        while true {
            let before = mendCount
            let outcome = try forEachOnce(at: time, body)
            // A mended file has every stream that there is, also those from a backup.
            if mendCount == before { return outcome }
        }
    }

    private mutating func forEachOnce(
        at time: Int64, _ body: (StreamSummary, Span<UInt8>) -> Void
    ) throws(StoreError) -> RestoreOutcome {
        let newestFormat = newestFormat
        var outcome = RestoreOutcome()
        let damaged = try perform(at: time) { connection throws(StoreError) in
            outcome = RestoreOutcome()
            return try RecordReader.forEach(in: connection.database) { summary, state in
                if summary.formatVersion > newestFormat {
                    outcome.newer += 1
                } else {
                    outcome.restored += 1
                    body(summary, state)
                }
            }
        }
        for id in damaged {
            guard let replaced = try setAside(id: id, at: time) else { continue }
            outcome.setAside += 1
            guard let record = replaced.record else { continue }
            outcome.restored += 1
            outcome.fromBackup += 1
            body(record.summary, record.state.span)
        }
        return outcome
    }

    /// One stream by its name; nil when there is none that this program can read.
    package mutating func load(
        _ name: [UInt8], at time: Int64
    ) throws(StoreError) -> StreamRecord? {
        let found = try perform(at: time) { connection throws(StoreError) in
            try connection.reader.find(name.span)
        }
        let record: StreamRecord? =
            switch found {
            case .nothing: nil
            case .sound(let record): record
            case .damaged(let id): try setAside(id: id, at: time)?.record
            }
        guard let record, record.summary.formatVersion <= newestFormat else { return nil }
        return record
    }

    /// Hands over what can be listed without looking at any state, in no order to rely on.
    package mutating func forEachSummary(
        at time: Int64, _ body: (StreamSummary) -> Void
    ) throws(StoreError) {
        try perform(at: time) { connection throws(StoreError) in
            try RecordReader.forEachSummary(in: connection.database, body)
        }
    }

    package mutating func names(at time: Int64) throws(StoreError) -> [[UInt8]] {
        var names: [[UInt8]] = []
        try forEachSummary(at: time) { names.append($0.name) }
        return names
    }

    /// Streams, sound or not.
    package mutating func count(at time: Int64) throws(StoreError) -> Int {
        try perform(at: time) { connection throws(StoreError) in
            try Int(connection.database.integer("SELECT count(*) FROM stream"))
        }
    }
}
