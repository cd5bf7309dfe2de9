import Wire

/// The answer to a request: JSON, and for an export the file in a frame of its own.
struct ControlReply: Equatable, Sendable {
    let json: JSONValue
    var attachment: [UInt8]?
    /// Nil for a result.
    let error: ControlError?

    /// `{"ok":true,"result":…}`
    init(_ result: JSONValue, attachment: [UInt8]? = nil) {
        json = ["ok": true, "result": result]
        error = nil
        self.attachment = attachment
    }

    /// `{"ok":false,"error":"unknown_stream","message":"…"}`
    init(_ error: ControlError) {
        var members: [JSONValue.Member] = [
            .init("ok", false), .init("error", .string(error.code.rawValue)),
            .init("message", .string(error.message)),
        ]
        if !error.details.isEmpty {
            members.append(.init("details", .array(error.details.map { .string($0) })))
        }
        json = .object(members)
        self.error = error
    }
}

/// Why a request was not carried out. Nothing has changed then.
package struct ControlError: Error, Equatable, Sendable {
    /// What a program can tell apart: they never change.
    package enum Code: String, Sendable, CaseIterable {
        /// Not a request: no JSON object, too many frames, too large.
        case malformed
        case unknownCommand = "unknown_command"
        /// A key that the command does not have, lacks, or whose value is none.
        case badArgument = "bad_argument"
        case unknownStream = "unknown_stream"
        /// An import of a stream that is there.
        case streamExists = "stream_exists"
        /// An import of what is no state of a stream, or a damaged one.
        case badFile = "bad_file"
        /// The new settings have mistakes, one each in `details`. The old ones stay.
        case configuration
        /// The daemon keeps nothing on the disk.
        case noState = "no_state"
        /// The disk or the database failed.
        case stateFailed = "state_failed"
        /// `limits.max_streams` is reached.
        case tooManyStreams = "too_many_streams"
        /// Too many requests at once.
        case busy
    }

    package let code: Code
    /// For a person: what, and what to do.
    package let message: String
    package var details: [String] = []

    package init(_ code: Code, _ message: String, details: [String] = []) {
        self.code = code
        self.message = message
        self.details = details
    }
}
