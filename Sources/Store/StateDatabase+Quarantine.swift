extension StateDatabase {
    /// Damaged rows that are kept; beyond it the oldest go.
    private static let quarantineLimit = 1000

    /// What took the place of a damaged row: a backup's, or nothing.
    struct Replacement {
        var record: StreamRecord?
    }

    /// Looks at a stream again that a reader found damaged, and sets it aside if it still is.
    package mutating func setAside(
        _ name: [UInt8], at time: Int64
    ) throws(StoreError) -> RestoreOutcome {
        let found = try perform(at: time) { connection throws(StoreError) in
            try connection.reader.find(name.span)
        }
        var outcome = RestoreOutcome()
        if case .damaged(let id) = found, let replaced = try setAside(id: id, at: time) {
            outcome.setAside = 1
            outcome.fromBackup = replaced.record == nil ? 0 : 1
            outcome.restored = outcome.fromBackup
        }
        return outcome
    }

    /// Sets a stream aside though its checksum is right: the program cannot make anything of its
    /// state. Nothing takes its place, since a backup would most likely have the same.
    package mutating func setAside(
        useless name: [UInt8], at time: Int64
    ) throws(StoreError) -> RestoreOutcome {
        try change(at: time) { connection throws(StoreError) in
            var outcome = RestoreOutcome()
            guard let id = try connection.reader.id(of: name.span) else { return outcome }
            try Self.quarantine(id, of: &connection, at: time)
            outcome.setAside = 1
            return outcome
        }
    }

    /// Moves a row into the table `quarantine`.
    private static func quarantine(
        _ id: Int64, of connection: inout Connection, at time: Int64
    ) throws(StoreError) {
        try connection.database.execute(
            """
            INSERT INTO quarantine(found_at, stream, partition, samples, sequence, last_time,
                mae, mase, updated_at, settings, format, forecast, state_crc, crc, state)
            SELECT \(time), stream, partition, samples, sequence, last_time, mae, mase,
                updated_at, settings, format, forecast, state_crc, crc, state
            FROM stream LEFT JOIN state USING(id) WHERE stream.id = \(id);
            DELETE FROM quarantine WHERE id <=
                (SELECT max(id) FROM quarantine) - \(quarantineLimit);
            """)
        try connection.writer.delete(id: id)
    }

    /// Moves a damaged row into the table `quarantine` and puts the stream's newest sound backup in
    /// its place. Nil when the row is sound meanwhile or gone.
    mutating func setAside(
        id: Int64, at time: Int64
    ) throws(StoreError) -> Replacement? {
        let folder = folder
        let newestFormat = newestFormat
        return try change(at: time) { connection throws(StoreError) in
            guard case .damaged = try connection.reader.find(id: id) else { return nil }
            let name = try connection.reader.name(of: id)
            try Self.quarantine(id, of: &connection, at: time)
            if let record = Backup.find(name, id: id, in: folder),
                record.summary.formatVersion <= newestFormat,
                try connection.reader.id(of: record.summary.name.span) == nil,
                try connection.writer.write(record)
            {
                return Replacement(record: record)
            }
            return Replacement(record: nil)
        }
    }
}
