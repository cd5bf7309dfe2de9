import CSQLite

/// A prepared statement: bind, step, read the columns. Indices of parameters begin at 1, those of
/// columns at 0.
@safe package struct Statement: ~Copyable {
    private let handle: OpaquePointer

    init(owning handle: OpaquePointer) { unsafe self.handle = unsafe handle }

    deinit { unsafe sqlite3_finalize(handle) }

    /// True while there is a row to read.
    package mutating func step() throws(StoreError) -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let error = unsafe SQLiteError(code, of: sqlite3_db_handle(handle), sql)
            reset()
            throw .sqlite(error)
        }
    }

    /// Steps to the end and is then ready to be used again.
    package mutating func run() throws(StoreError) {
        while try step() {}
        reset()
    }

    /// Ready for other values; forgets those it had.
    package mutating func reset() {
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
    }

    private var sql: String { unsafe String(cString: sqlite3_sql(handle)) }

    // MARK: Parameters

    package mutating func bind(_ index: Int32, _ value: Int64?) throws(StoreError) {
        try check(
            unsafe value.map { unsafe sqlite3_bind_int64(handle, index, $0) }
                ?? sqlite3_bind_null(handle, index))
    }

    package mutating func bind(_ index: Int32, _ value: Double?) throws(StoreError) {
        try check(
            unsafe value.map { unsafe sqlite3_bind_double(handle, index, $0) }
                ?? sqlite3_bind_null(handle, index))
    }

    package mutating func bind(_ index: Int32, text: Span<UInt8>) throws(StoreError) {
        try check(
            unsafe text.withUnsafeBufferPointer {
                unsafe store_bind_text(handle, index, $0.baseAddress, $0.count)
            })
    }

    package mutating func bind(_ index: Int32, blob: Span<UInt8>) throws(StoreError) {
        try check(
            unsafe blob.withUnsafeBufferPointer {
                unsafe store_bind_blob(handle, index, $0.baseAddress, $0.count)
            })
    }

    private func check(_ code: Int32) throws(StoreError) {
        guard code == SQLITE_OK else {
            throw .sqlite(unsafe SQLiteError(code, of: sqlite3_db_handle(handle), sql))
        }
    }

    // MARK: Columns of the present row

    package func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    package func optionalInteger(_ column: Int32) -> Int64? {
        isNull(column) ? nil : integer(column)
    }

    package func optionalReal(_ column: Int32) -> Double? {
        isNull(column) ? nil : unsafe sqlite3_column_double(handle, column)
    }

    package func text(_ column: Int32) -> String {
        String(decoding: [UInt8](copying: bytes(column)), as: UTF8.self)
    }

    /// The bytes of a text or blob, valid until the next step; empty for NULL.
    @_lifetime(borrow self)
    package func bytes(_ column: Int32) -> Span<UInt8> {
        let start = unsafe sqlite3_column_blob(handle, column)
        let bytes = unsafe UnsafeRawBufferPointer(
            start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, column)))
        let span = unsafe Span<UInt8>(_unsafeBytes: bytes)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    private func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
    }
}

extension [UInt8] {
    package init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }
}
