/// Why a command cannot go on: what a person reads on stderr, and what a script reads as exit code.
package struct DaemonError: Error, CustomStringConvertible, Sendable {
    /// The codes of BSD's sysexits.h that we use.
    package enum Code: Int32, Sendable {
        case usage = 64
        case badData = 65
        case noInput = 66
        case unavailable = 69
        case `internal` = 70
        case cannotCreate = 73
        case inputOutput = 74
        case noPermission = 77
        case configuration = 78
        /// Not of sysexits.h: what a shell reports of a command that SIGINT ended.
        case interrupted = 130
    }

    package let code: Code
    /// Where, what, what to do; no final stop. One each for several mistakes.
    package let lines: [String]

    package init(_ code: Code, _ lines: String...) { self.init(code, lines: lines) }

    package init(_ code: Code, lines: [String]) {
        self.code = code
        self.lines = lines
    }

    /// Somebody answers, and hangs up.
    static func turnedAway(_ endpoint: String) -> DaemonError {
        DaemonError(
            .unavailable,
            "\(endpoint) answers, but does not let us in: a daemon with security.authorized_keys"
                + " takes only clients whose keys it has there: give --curve-server-key and"
                + " --curve-secret-key-file")
    }

    package var description: String { lines.joined(separator: "\nforetide: ") }
}
