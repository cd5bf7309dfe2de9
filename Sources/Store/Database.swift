import CSQLite

/// A connection to one SQLite file: one owner, one thread at a time, closed when it goes out of
/// scope.
@safe package struct Database: ~Copyable {
    package enum Mode: Sendable {
        /// May write, and makes the file when there is none.
        case create
        case readOnly
    }

    /// How long a statement waits for another program's lock, milliseconds.
    private static let patienceMilliseconds: Int32 = 250

    package let path: String
    private let handle: OpaquePointer

    package init(path: String, _ mode: Mode = .create) throws(StoreError) {
        let access =
            mode == .create
            ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            : SQLITE_OPEN_READONLY
        var opened: OpaquePointer?
        var code = unsafe sqlite3_open_v2(path, &opened, access | SQLITE_OPEN_NOMUTEX, nil)
        if code == SQLITE_OK {
            unsafe sqlite3_extended_result_codes(opened, 1)
            unsafe sqlite3_busy_timeout(opened, Self.patienceMilliseconds)
            code = unsafe store_harden(opened)
        }
        guard code == SQLITE_OK, let handle = unsafe opened else {
            let error = unsafe SQLiteError(code, of: opened, "opening \(path)")
            unsafe sqlite3_close_v2(opened)
            throw .sqlite(error)
        }
        self.path = path
        unsafe self.handle = unsafe handle
    }

    /// Statements that are still there keep what they need until they go too.
    deinit { unsafe sqlite3_close_v2(handle) }

    /// Runs statements that return nothing of interest.
    package func execute(_ sql: String) throws(StoreError) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw .sqlite(unsafe SQLiteError(code, of: handle, sql)) }
    }

    /// Statements are constants of the program: one that does not fit the tables (SQLITE_ERROR)
    /// means that the tables are not as we made them.
    package func prepare(_ sql: String) throws(StoreError) -> Statement {
        var statement: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(
            handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement = unsafe statement else {
            let error = unsafe SQLiteError(code, of: handle, sql)
            throw .sqlite(code == SQLITE_ERROR ? .damage(error.message, sql) : error)
        }
        return unsafe Statement(owning: statement)
    }

    /// The first column of the first row, 0 when there is no row.
    package func integer(_ sql: String) throws(StoreError) -> Int64 {
        var statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) : 0
    }

    /// The first column of all rows.
    package func integers(_ sql: String) throws(StoreError) -> [Int64] {
        var statement = try prepare(sql)
        var integers: [Int64] = []
        while try statement.step() { integers.append(statement.integer(0)) }
        return integers
    }

    /// The first column of all rows as text.
    package func texts(_ sql: String) throws(StoreError) -> [String] {
        var statement = try prepare(sql)
        var texts: [String] = []
        while try statement.step() { texts.append(statement.text(0)) }
        return texts
    }

    /// Rows that the newest INSERT, UPDATE or DELETE changed.
    package var changes: Int { unsafe Int(sqlite3_changes64(handle)) }

    /// Moves the write-ahead log into the file, flushes that to the disk, and empties the log.
    /// False when a reader is still in the way.
    ///
    /// Always to the end: a log that had been moved in part and is then damaged would bring old
    /// pages back beside new ones.
    func emptyLog() throws(StoreError) -> Bool {
        let code = unsafe sqlite3_wal_checkpoint_v2(
            handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        if code & 0xff == SQLITE_BUSY { return false }
        guard code == SQLITE_OK else {
            throw .sqlite(unsafe SQLiteError(code, of: handle, "checkpoint"))
        }
        return true
    }
}
