/// Reads the state of a folder that another thread or process writes, without its lock and without
/// waiting for it. Changes nothing: what is damaged is reported to the owner of the folder.
///
/// One thread at a time. It goes on with the file that it opened; when the owner has mended the
/// database (`StateDatabase.recovery`), make a new reader.
package struct StateReader: ~Copyable {
    package enum Found {
        case nothing
        case sound(StreamRecord)
        /// Its row must be set aside by the owner.
        case damaged
        case newer(formatVersion: Int)
    }

    private let database: Database
    private var reader: RecordReader
    private let newestFormat: Int

    /// - Parameter path: the folder.
    package init(folder path: String, newestFormat: Int) throws(StoreError) {
        let database = try Database(path: path + "/" + StateFolder.databaseName, .readOnly)
        let schema = try Schema.version(of: database)
        guard schema <= Schema.steps.count else {
            throw .newerSchema(
                path: database.path, found: schema, supported: Schema.steps.count)
        }
        let reader = try RecordReader(database)
        self.database = database
        self.reader = reader
        self.newestFormat = newestFormat
    }

    package mutating func find(_ name: [UInt8]) throws(StoreError) -> Found {
        switch try reader.find(name.span) {
        case .nothing: .nothing
        case .damaged: .damaged
        case .sound(let record) where record.summary.formatVersion > newestFormat:
            .newer(formatVersion: record.summary.formatVersion)
        case .sound(let record): .sound(record)
        }
    }

    /// Hands over every sound stream that the program can read. The state is valid only during the
    /// call.
    package func forEach(
        _ body: (StreamSummary, Span<UInt8>) -> Void
    ) throws(StoreError) -> RestoreOutcome {
        var outcome = RestoreOutcome()
        _ = try RecordReader.forEach(in: database) { summary, state in
            if summary.formatVersion > newestFormat {
                outcome.newer += 1
            } else {
                outcome.restored += 1
                body(summary, state)
            }
        }
        return outcome
    }

    /// A stream of a page.
    package enum Listed {
        case sound(StreamRecord)
        /// Left alone: a newer program wrote it.
        case newer(StreamSummary)
        /// Its row must be set aside by the owner.
        case damaged(name: [UInt8])
    }

    /// The streams after `name`, in the bytewise order of their names, `limit` at most.
    package func page(
        after name: [UInt8], limit: Int
    ) throws(StoreError) -> [Listed] {
        try RecordReader.page(after: name, limit: limit, in: database).map { row in
            switch row {
            case .damaged(let name): .damaged(name: name)
            case .sound(let record) where record.summary.formatVersion > newestFormat:
                .newer(record.summary)
            case .sound(let record): .sound(record)
            }
        }
    }

    /// Hands over what can be listed without looking at any state.
    package func forEachSummary(_ body: (StreamSummary) -> Void) throws(StoreError) {
        try RecordReader.forEachSummary(in: database, body)
    }
}
