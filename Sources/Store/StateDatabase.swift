/// The state of every stream on the disk (docs/state.md): written in transactions, read with
/// checksums, mended when damaged, opened anew after an error.
///
/// One owner and one thread at a time. Every call that changes something takes the time of day,
/// nanoseconds since 1970 UTC; the module has no clock.
package struct StateDatabase: ~Copyable {
    package let folder: StateFolder
    /// The newest `formatVersion` that the program can read. Newer rows are never written over.
    package let newestFormat: Int
    /// What was mended since the owner last set it to nil.
    package var recovery: Recovery?
    /// How often the file has been mended since it was opened first.
    private(set) var mendCount = 0
    /// Nil after an error that may have left the connection in a bad state.
    private var connection: Connection?
    /// The file that `connection` has open.
    private var identity: StateFolder.Identity?

    /// Bytes of the write-ahead log, kept from being emptied by a reader, at which writing stops.
    let logLimitBytes: Int

    /// Opens the database, mends it if it is damaged.
    package init(
        in folder: StateFolder, newestFormat: Int, logLimitBytes: Int = 1 << 30, at time: Int64
    ) throws(StoreError) {
        self.folder = folder
        self.logLimitBytes = logLimitBytes
        self.newestFormat = newestFormat
        try reopen(at: time)
    }

    /// Empties the log into the file, so that the next start finds nothing to do. Goes by itself
    /// with the last copy otherwise, but says nothing then.
    package consuming func close() throws(StoreError) {
        if let connection { _ = try connection.database.emptyLog() }
    }

    /// Runs `body` with an open connection. After damage the file is mended and `body` runs once
    /// more; after an error of the disk the next call opens the file anew.
    mutating func perform<Result>(
        at time: Int64, _ body: (inout Connection) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        do {
            return try attempt(at: time, body)
        } catch {
            guard error.isDamage else { throw error }
            try mend(reason: "\(error)", at: time)
            return try attempt(at: time, body)
        }
    }

    private mutating func attempt<Result>(
        at time: Int64, _ body: (inout Connection) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        if connection == nil || isElsewhere { try reopen(at: time) }
        do {
            return try body(&connection!)
        } catch {
            switch error.kind {
            case .busy, .full, .tooLarge, nil: break
            default: connection = nil
            }
            throw error
        }
    }

    /// Whether the file that is open is not the one in the folder any more. SQLite would go on with
    /// it, and all would be gone with the process.
    private var isElsewhere: Bool {
        connection != nil && folder.identity(StateFolder.databaseName) != identity
    }

    private mutating func reopen(at time: Int64) throws(StoreError) {
        if isElsewhere {
            connection = nil
            recovery = Recovery(reason: "\(folder.databasePath) was removed or replaced")
            mendCount += 1
        }
        try Rebuild.finish(in: folder)
        do {
            try open()
        } catch {
            guard error.isDamage else { throw error }
            try mend(reason: "\(error)", at: time)
        }
    }

    private mutating func mend(reason: String, at time: Int64) throws(StoreError) {
        connection = nil
        recovery = try Rebuild.run(in: folder, reason: reason, at: time)
        mendCount += 1
        try open()
    }

    private mutating func open() throws(StoreError) {
        connection = try Connection.open(in: folder, newestFormat: newestFormat)
        identity = folder.identity(StateFolder.databaseName)
    }
}
