/// Reads streams from one connection and believes nothing without its checksum.
struct RecordReader: ~Copyable {
    /// What was found under a name or id.
    enum Found {
        case nothing
        case sound(StreamRecord)
        /// The checksum does not match.
        case damaged(id: Int64)
    }

    private var byName: Statement
    private var byID: Statement

    init(_ database: borrowing Database) throws(StoreError) {
        let byName = try database.prepare(Self.selection + "WHERE stream = ?1")
        let byID = try database.prepare(Self.selection + "WHERE stream.id = ?1")
        self.byName = byName
        self.byID = byID
    }

    private static let selection =
        "SELECT \(StoredRow.columns), state FROM stream LEFT JOIN state USING(id) "

    mutating func find(_ name: Span<UInt8>) throws(StoreError) -> Found {
        try byName.bind(1, text: name)
        return try Self.found(&byName)
    }

    mutating func find(id: Int64) throws(StoreError) -> Found {
        try byID.bind(1, id)
        return try Self.found(&byID)
    }

    mutating func id(of name: Span<UInt8>) throws(StoreError) -> Int64? {
        try byName.bind(1, text: name)
        defer { byName.reset() }
        return try byName.step() ? byName.integer(0) : nil
    }

    /// The name in a row, empty when there is no such row.
    mutating func name(of id: Int64) throws(StoreError) -> [UInt8] {
        try byID.bind(1, id)
        defer { byID.reset() }
        return try byID.step() ? StoredRow(byID).summary.name : []
    }

    private static func found(_ statement: inout Statement) throws(StoreError) -> Found {
        defer { statement.reset() }
        guard try statement.step() else { return .nothing }
        let row = StoredRow(statement)
        let state = statement.bytes(StoredRow.columnCount)
        guard row.isSound(with: state) else { return .damaged(id: row.id) }
        return .sound(StreamRecord(summary: row.summary, state: [UInt8](copying: state)))
    }

    /// Hands over every sound row with its state, and returns the ids of the others.
    static func forEach(
        in database: borrowing Database, _ body: (StreamSummary, Span<UInt8>) -> Void
    ) throws(StoreError) -> [Int64] {
        var rows = try database.prepare(selection + "ORDER BY stream.id")
        var damaged: [Int64] = []
        while try rows.step() {
            let row = StoredRow(rows)
            let state = rows.bytes(StoredRow.columnCount)
            if row.isSound(with: state) { body(row.summary, state) } else { damaged.append(row.id) }
        }
        return damaged
    }

    /// One row of a page: a sound stream, or the name of one that is damaged.
    enum Row {
        case sound(StreamRecord)
        case damaged(name: [UInt8])
    }

    /// The rows after `name`, in the bytewise order of names, `limit` at most.
    static func page(
        after name: [UInt8], limit: Int, in database: borrowing Database
    ) throws(StoreError) -> [Row] {
        var rows = try database.prepare(selection + "WHERE stream > ?1 ORDER BY stream LIMIT ?2")
        try rows.bind(1, text: name.span)
        try rows.bind(2, Int64(limit))
        var page: [Row] = []
        while try rows.step() {
            let row = StoredRow(rows)
            let state = rows.bytes(StoredRow.columnCount)
            if row.isSound(with: state) {
                page.append(
                    .sound(StreamRecord(summary: row.summary, state: [UInt8](copying: state))))
            } else {
                page.append(.damaged(name: row.summary.name))
            }
        }
        return page
    }

    /// Hands over every row that is sound without looking at its state.
    static func forEachSummary(
        in database: borrowing Database, _ body: (StreamSummary) -> Void
    ) throws(StoreError) {
        var rows = try database.prepare(
            "SELECT \(StoredRow.columns) FROM stream ORDER BY stream.id")
        while try rows.step() {
            let row = StoredRow(rows)
            if row.isSound { body(row.summary) }
        }
    }
}
