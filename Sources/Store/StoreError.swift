import Glibc

/// Why the state could not be read or written. Counted and logged, never fatal: forecasts go on.
package enum StoreError: Error, Equatable, Sendable {
    /// A system call on a file or folder failed with this errno.
    case system(operation: String, path: String, code: Int32)
    /// Another process owns the folder.
    case locked(path: String, process: Int32?)
    /// A newer program wrote the database; it is left as it is.
    case newerSchema(path: String, found: Int, supported: Int)
    /// The file is a SQLite database of another program.
    case foreign(path: String)
    /// A reader keeps the write-ahead log from being emptied, and it has reached its limit.
    case logFull(path: String, bytes: Int)
    case sqlite(SQLiteError)

    /// What SQLite says can be done about it.
    var kind: SQLiteError.Kind? {
        if case .sqlite(let error) = self { error.kind } else { nil }
    }

    /// The file's content is at fault, not the disk's or the caller's circumstances.
    package var isDamage: Bool { kind == .damaged }
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let operation, let path, let code):
            "\(path): \(operation): \(unsafe String(cString: strerror(code)))\(Self.advice(code))"
        case .locked(let path, let process?):
            "\(path): process \(process) uses this state folder: stop it, "
                + "or give this one another state.directory"
        case .locked(let path, nil):
            "\(path): another process uses this state folder: stop it, "
                + "or give this one another state.directory"
        case .newerSchema(let path, let found, let supported):
            "\(path): schema \(found) of a newer foretide (this one knows up to \(supported)): "
                + "run the newer one, or take another state.directory"
        case .foreign(let path):
            "\(path): a database of another program: move it away, "
                + "or take another state.directory"
        case .logFull(let path, let bytes):
            "\(path)-wal: \(bytes >> 20) MiB, and a reader keeps it from being emptied: "
                + "end the sqlite3 session (or whatever else) that has a transaction open"
        case .sqlite(let error):
            "\(error)"
        }
    }

    private static func advice(_ code: Int32) -> String {
        switch code {
        case EACCES, EPERM: "; give this user the right to write there"
        case EROFS: "; mount it read-write, or take another state.directory"
        case ENOSPC, EDQUOT: "; make room on that disk"
        default: ""
        }
    }
}
