import Series
import Settings
import Wire

/// What can be asked of a running daemon: docs/control.md.
enum ControlRequest: Equatable, Sendable {
    case status, checkpoint, reload, stop
    /// The newest forecast, as it was published; or with so many values ahead.
    case forecast([UInt8], horizon: Int?)
    case list(StreamListing)
    case show([UInt8])
    /// Learns anew; its sequence numbers go on.
    case reset([UInt8])
    /// Is gone as if it had never been.
    case forget([UInt8])
    case export([UInt8])
    case `import`(ImportOptions, file: [UInt8])

    private enum Command: String, CaseIterable {
        case status, checkpoint, reload, stop, forecast, list, show, reset, forget, export
        case `import`

        /// The keys that it has besides `command`.
        var keys: [String] {
            switch self {
            case .status, .checkpoint, .reload, .stop: []
            case .forecast: ["stream", "horizon"]
            case .show, .reset, .forget, .export: ["stream"]
            case .list: ["source", "after", "limit"]
            case .import: ["stream", "replace"]
            }
        }
    }

    /// Reads the frames of a request: JSON, and for an import the file.
    init(_ payload: [UInt8], attachment: [UInt8]?) throws(ControlError) {
        guard payload.count <= Self.longest else {
            throw ControlError(
                .malformed, "a request of \(payload.count) bytes, at most \(Self.longest) are read")
        }
        guard let json = try? JSONValue(parsing: payload.span), let members = json.members else {
            throw ControlError(
                .malformed, #"expected a JSON object, as in {"command":"status"}"#)
        }
        let command = try Self.command(json)
        for member in members where member.name != "command" {
            guard command.keys.contains(member.name) else {
                let near = Suggestion.nearest(to: member.name, in: command.keys)
                let hint = near.map { "; did you mean \"\($0)\"?" } ?? ""
                throw ControlError(
                    .badArgument,
                    "\(command.rawValue) has no key \"\(Self.short(member.name))\"\(hint)")
            }
        }
        guard (attachment == nil) == (command != .import) else {
            throw ControlError(
                .malformed,
                command == .import
                    ? "import needs the file in a second frame"
                    : "\(command.rawValue) is one frame of JSON")
        }
        self = try Self.request(command, json, attachment ?? [])
    }

    /// Bytes of JSON.
    static let longest = 1 << 16

    private static func command(_ json: JSONValue) throws(ControlError) -> Command {
        let names = Command.allCases.map(\.rawValue)
        guard let name = json["command"]?.string else {
            throw ControlError(
                .unknownCommand, "expected \"command\": one of \(names.joined(separator: ", "))")
        }
        guard let command = Command(rawValue: name) else {
            let hint = Suggestion.nearest(to: name, in: names).map { "; did you mean \"\($0)\"?" }
            throw ControlError(
                .unknownCommand,
                "there is no command \"\(short(name))\"\(hint ?? "")")
        }
        return command
    }

    private static func request(
        _ command: Command, _ json: JSONValue, _ file: [UInt8]
    ) throws(ControlError) -> ControlRequest {
        switch command {
        case .status: .status
        case .checkpoint: .checkpoint
        case .reload: .reload
        case .stop: .stop
        case .forecast: .forecast(try stream(json), horizon: try horizon(json))
        case .list: .list(try StreamListing(json))
        case .show: .show(try stream(json))
        case .reset: .reset(try stream(json))
        case .forget: .forget(try stream(json))
        case .export: .export(try stream(json))
        case .import:
            .import(
                ImportOptions(
                    name: json["stream"] == nil ? nil : try stream(json),
                    replaces: try boolean(json, "replace")), file: file)
        }
    }

    /// The name of a stream.
    private static func stream(_ json: JSONValue) throws(ControlError) -> [UInt8] {
        guard let text = json["stream"]?.string else {
            throw ControlError(.badArgument, "expected \"stream\", the name of a stream")
        }
        let name = Array(text.utf8)
        guard StreamName.fault(in: name.span) == nil else {
            throw ControlError(
                .badArgument,
                "no name of a stream: 1 to \(Limits.nameBytes) bytes without control characters")
        }
        return name
    }

    private static func horizon(_ json: JSONValue) throws(ControlError) -> Int? {
        guard let value = json["horizon"] else { return nil }
        guard let horizon = value.integer.flatMap(Int.init(exactly:)),
            Limits.horizon.contains(horizon)
        else {
            throw ControlError(
                .badArgument,
                "expected a whole number \(Limits.horizon.lowerBound)…"
                    + "\(Limits.horizon.upperBound) for \"horizon\"")
        }
        return horizon
    }

    private static func boolean(
        _ json: JSONValue, _ key: String
    ) throws(ControlError) -> Bool {
        guard let value = json[key] else { return false }
        guard let boolean = value.boolean else {
            throw ControlError(.badArgument, "expected true or false for \"\(key)\"")
        }
        return boolean
    }

    /// What a stranger wrote, short enough for a message.
    private static func short(_ text: String) -> String {
        text.count > 40 ? text.prefix(40) + "…" : text
    }
}

/// Which page of the streams is asked for.
struct StreamListing: Equatable, Sendable {
    enum Source: String, Sendable, CaseIterable {
        /// Those that are in memory, in no order to rely on.
        case memory
        /// Those in the state database as it is on the disk, by name.
        case state
    }

    var source = Source.memory
    /// The `next` of the page before; nil for the first.
    var after: String?
    /// Streams of a page: 1…500.
    var limit = StreamListing.longest

    static let longest = 500

    init() {}

    fileprivate init(_ json: JSONValue) throws(ControlError) {
        if let value = json["source"] {
            guard let source = value.string.flatMap(Source.init(rawValue:)) else {
                throw ControlError(
                    .badArgument, "expected \"memory\" or \"state\" for \"source\"")
            }
            self.source = source
        }
        if let value = json["after"], value != .null {
            guard let after = value.string else {
                throw ControlError(
                    .badArgument, "expected for \"after\" what \"next\" of the page before was")
            }
            self.after = after
        }
        if let value = json["limit"] {
            guard let limit = value.integer, (1...Int64(Self.longest)).contains(limit) else {
                throw ControlError(
                    .badArgument, "expected a whole number 1…\(Self.longest) for \"limit\"")
            }
            self.limit = Int(limit)
        }
    }
}

struct ImportOptions: Equatable, Sendable {
    /// Nil: as the file says.
    var name: [UInt8]?
    /// Whether a stream of that name may be replaced.
    var replaces = false
}
