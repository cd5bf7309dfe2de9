/// Writes streams through one connection. The caller opens the transaction.
struct RecordWriter: ~Copyable {
    private var writeStream: Statement
    private var writeState: Statement
    private var deleteStream: Statement
    private var deleteState: Statement

    /// - Parameter newestFormat: rows of a newer `formatVersion` are never written over.
    init(_ database: borrowing Database, newestFormat: Int) throws(StoreError) {
        let writeStream = try database.prepare(
            """
            INSERT INTO stream(stream, partition, samples, sequence, last_time, mae, mase,
                updated_at, settings, format, forecast, state_crc, crc)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            ON CONFLICT(stream) DO UPDATE SET
                partition = excluded.partition, samples = excluded.samples,
                sequence = excluded.sequence, last_time = excluded.last_time,
                mae = excluded.mae, mase = excluded.mase, updated_at = excluded.updated_at,
                settings = excluded.settings, format = excluded.format,
                forecast = excluded.forecast, state_crc = excluded.state_crc, crc = excluded.crc
            WHERE format <= \(newestFormat)
            RETURNING id
            """)
        let writeState = try database.prepare(
            """
            INSERT INTO state(id, state) VALUES(?1, ?2)
            ON CONFLICT(id) DO UPDATE SET state = excluded.state
            """)
        let deleteStream = try database.prepare("DELETE FROM stream WHERE id = ?1")
        let deleteState = try database.prepare("DELETE FROM state WHERE id = ?1")
        self.writeStream = writeStream
        self.writeState = writeState
        self.deleteStream = deleteStream
        self.deleteState = deleteState
    }

    /// False when the row is of a newer format and was left as it is.
    mutating func write(_ record: StreamRecord) throws(StoreError) -> Bool {
        var crc = CRC32C()
        crc.update(record.state.span)
        guard let id = try write(record.summary, stateChecksum: crc.value) else { return false }
        try writeState.bind(1, id)
        try writeState.bind(2, blob: record.state.span)
        try writeState.run()
        return true
    }

    private mutating func write(
        _ summary: StreamSummary, stateChecksum: UInt32
    ) throws(StoreError) -> Int64? {
        let checksum = summary.checksum(stateChecksum: stateChecksum)
        try writeStream.bind(1, text: summary.name.span)
        try writeStream.bind(2, Int64(summary.partition))
        try writeStream.bind(3, Int64(bitPattern: summary.sampleCount))
        try writeStream.bind(4, Int64(bitPattern: summary.sequence))
        try writeStream.bind(5, summary.lastTime)
        try writeStream.bind(6, summary.scores.mae)
        try writeStream.bind(7, summary.scores.mase)
        try writeStream.bind(8, summary.updatedAt)
        try writeStream.bind(9, Int64(bitPattern: summary.settingsSignature))
        try writeStream.bind(10, Int64(summary.formatVersion))
        try writeStream.bind(11, blob: summary.forecast.span)
        try writeStream.bind(12, Int64(stateChecksum))
        try writeStream.bind(13, Int64(checksum))
        guard try writeStream.step() else {
            writeStream.reset()
            return nil
        }
        let id = writeStream.integer(0)
        try writeStream.run()
        return id
    }

    mutating func delete(id: Int64) throws(StoreError) {
        try deleteStream.bind(1, id)
        try deleteStream.run()
        try deleteState.bind(1, id)
        try deleteState.run()
    }
}
