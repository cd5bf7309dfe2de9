/// What became of a batch.
package struct WriteOutcome: Equatable, Sendable {
    /// Streams that are on the disk now.
    package var written = 0
    /// Streams whose row is of a newer format than the program knows, and was left as it is.
    package var refused: [[UInt8]] = []
    /// Bytes that the write-ahead log grew by.
    package var bytes = 0
}

extension StateDatabase {
    /// Writes the streams in one transaction: when this returns, all of them are on the disk. When
    /// it throws, none of them counts as written. A partition is one batch.
    /// - Parameter rest: called after each stream.
    package mutating func write(
        _ records: [StreamRecord], at time: Int64, rest: () -> Void = {}
    ) throws(StoreError) -> WriteOutcome {
        if logBytes >= logLimitBytes, try emptyLog(at: time) == nil {
            throw .logFull(path: folder.databasePath, bytes: logBytes)
        }
        let before = logBytes
        var outcome = try change(at: time) { connection throws(StoreError) in
            var outcome = WriteOutcome()
            for record in records {
                if try connection.writer.write(record) {
                    outcome.written += 1
                } else {
                    outcome.refused.append(record.summary.name)
                }
                rest()
            }
            return outcome
        }
        outcome.bytes = max(0, logBytes - before)
        return outcome
    }

    /// Deletes streams. Returns how many there were.
    package mutating func forget(
        _ names: [[UInt8]], at time: Int64
    ) throws(StoreError) -> Int {
        try change(at: time) { connection throws(StoreError) in
            var count = 0
            for name in names {
                guard let id = try connection.reader.id(of: name.span) else { continue }
                try connection.writer.delete(id: id)
                count += 1
            }
            return count
        }
    }

    /// Deletes up to `limit` of the streams whose state is older than `bound`, oldest first; those
    /// of a newer format stay. Returns how many; when it is `limit`, there may be more.
    package mutating func deleteOlder(
        than bound: Int64, limit: Int = 500, at time: Int64
    ) throws(StoreError) -> Int {
        let newestFormat = newestFormat
        return try change(at: time) { connection throws(StoreError) in
            let ids = try connection.database.integers(
                """
                SELECT id FROM stream WHERE updated_at < \(bound) AND format <= \(newestFormat)
                ORDER BY updated_at LIMIT \(limit)
                """)
            for id in ids { try connection.writer.delete(id: id) }
            return ids.count
        }
    }

    /// All that `body` writes, or nothing.
    mutating func change<Result>(
        at time: Int64, _ body: (inout Connection) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try perform(at: time) { connection throws(StoreError) in
            try connection.database.execute("BEGIN IMMEDIATE")
            do throws(StoreError) {
                let result = try body(&connection)
                try connection.database.execute("COMMIT")
                return result
            } catch {
                // Many errors have undone it already; then there is nothing left to undo.
                try? connection.database.execute("ROLLBACK")
                throw error
            }
        }
    }
}
