import CSQLite
import Glibc

/// What SQLite answered when it could not do what it was asked.
package struct SQLiteError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What can be done about it.
    package enum Kind: Sendable {
        /// The disk is full (SQLITE_FULL): room heals it.
        case full
        /// The file or the file system may not be written (SQLITE_READONLY, SQLITE_PERM).
        case readOnly
        /// The disk failed (SQLITE_IOERR): the file must be opened anew.
        case inputOutput
        /// The file holds what SQLite or we did not write (SQLITE_CORRUPT, SQLITE_NOTADB).
        case damaged
        /// Another program holds a lock (SQLITE_BUSY): later.
        case busy
        /// SQLITE_CANTOPEN.
        case cannotOpen
        /// A value over 1 GB (SQLITE_TOOBIG).
        case tooLarge
        case other
    }

    /// The extended result code.
    package let code: Int32
    /// errno of the system call behind it, 0 when there is none.
    package let systemCode: Int32
    package let message: String
    /// What was being done: the statement, or words.
    package let operation: String

    package var kind: Kind {
        if code == store_short_read { return .damaged }
        switch code & 0xff {
        case SQLITE_FULL: return .full
        case SQLITE_READONLY, SQLITE_PERM: return .readOnly
        case SQLITE_IOERR:
            return systemCode == ENOSPC || systemCode == EDQUOT ? .full : .inputOutput
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_CONSTRAINT, SQLITE_MISMATCH: return .damaged
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: return .busy
        case SQLITE_CANTOPEN: return .cannotOpen
        case SQLITE_TOOBIG: return .tooLarge
        default: return .other
        }
    }

    /// The constant's name in C, such as `SQLITE_IOERR_FSYNC`.
    package var name: String {
        if let name = unsafe store_code_name(code) { return unsafe String(cString: name) }
        if let name = unsafe store_code_name(code & 0xff) {
            return unsafe "\(String(cString: name)) (\(code))"
        }
        return "SQLite error \(code)"
    }

    package var description: String {
        var text = "\(operation): \(name): \(message)"
        if systemCode != 0, let reason = unsafe strerror(systemCode) {
            unsafe text += " (\(String(cString: reason)))"
        }
        return text
    }

    /// A file whose content, not its format, is not as we write it.
    static func damage(_ message: String, _ operation: String) -> SQLiteError {
        SQLiteError(
            code: SQLITE_CORRUPT, systemCode: 0, message: message, operation: operation)
    }
}

extension SQLiteError {
    /// The newest error of a connection; nil stands for one that could not be made at all.
    init(_ code: Int32, of handle: OpaquePointer?, _ operation: String) {
        let extended = unsafe sqlite3_extended_errcode(handle)
        // A code that the connection does not know of any more says itself what it is.
        let matches = unsafe handle != nil && extended & 0xff == code & 0xff
        let isOfSystem = [SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_FULL].contains(code & 0xff)
        self.init(
            code: matches ? extended : code,
            systemCode: unsafe matches && isOfSystem ? sqlite3_system_errno(handle) : 0,
            message: unsafe String(
                cString: matches ? sqlite3_errmsg(handle) : sqlite3_errstr(code)),
            operation: operation)
    }
}
