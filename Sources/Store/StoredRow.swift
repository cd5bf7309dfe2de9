/// A row of the table `stream` as it was read, sound or not.
struct StoredRow {
    /// The columns that `init` takes, in its order.
    static let columns = """
        stream.id, stream, partition, samples, sequence, last_time, mae, mase, updated_at, \
        settings, format, forecast, state_crc, crc
        """
    static let columnCount: Int32 = 14

    let id: Int64
    let summary: StreamSummary
    private let stateChecksum: Int64
    private let checksum: Int64

    /// From a statement that selects `columns` first.
    init(_ row: borrowing Statement) {
        id = row.integer(0)
        var summary = StreamSummary(name: [UInt8](copying: row.bytes(1)))
        summary.partition = Int(row.integer(2))
        summary.sampleCount = UInt64(bitPattern: row.integer(3))
        summary.sequence = UInt64(bitPattern: row.integer(4))
        summary.lastTime = row.optionalInteger(5)
        summary.scores = .init(mae: row.optionalReal(6), mase: row.optionalReal(7))
        summary.updatedAt = row.integer(8)
        summary.settingsSignature = UInt64(bitPattern: row.integer(9))
        summary.formatVersion = Int(row.integer(10))
        summary.forecast = [UInt8](copying: row.bytes(11))
        self.summary = summary
        stateChecksum = row.integer(12)
        checksum = row.integer(13)
    }

    /// Whether the row, without its state, is as it was written.
    var isSound: Bool {
        guard let state = UInt32(exactly: stateChecksum) else { return false }
        return Int64(summary.checksum(stateChecksum: state)) == checksum
    }

    /// Whether the row and this state are as they were written.
    func isSound(with state: Span<UInt8>) -> Bool {
        var crc = CRC32C()
        crc.update(state)
        return Int64(crc.value) == stateChecksum && isSound
    }
}
