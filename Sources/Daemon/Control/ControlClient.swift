import Glibc
import Settings
import Transport
package import Wire

/// Asks a running daemon through its control socket.
package struct ControlClient: ~Copyable {
    /// What the daemon answered.
    package struct Answer: Sendable {
        /// `result`.
        package let result: JSONValue
        package let attachment: [UInt8]?
    }

    private let endpoint: Endpoint
    private let socket: Socket
    private var poller = Poller()
    private var message = Message(capacity: 2)
    private let patience: Duration

    /// - Parameter patience: how long to wait for each answer.
    package init(_ text: String, patience: Duration) throws(DaemonError) {
        do {
            let endpoint = try Endpoint(text)
            if case .ipc(let path) = endpoint.transport, !path.hasPrefix("@") {
                try Self.check(path, endpoint)
            }
            var options = SocketOptions()
            options.linger = .zero
            let socket = try Socket(.request, in: try Context(), options: options)
            try socket.connect(endpoint)
            _ = poller.add(socket)
            self.endpoint = endpoint
            self.socket = socket
            self.patience = patience
        } catch let error as EndpointError {
            throw DaemonError(.usage, "--endpoint \(error)")
        } catch let error as DaemonError {
            throw error
        } catch {
            throw DaemonError(.unavailable, "\(error)")
        }
    }

    /// libzmq goes on trying for ever where a person wants to know at once.
    private static func check(_ path: String, _ endpoint: Endpoint) throws(DaemonError) {
        if unsafe access(path, F_OK) != 0 {
            throw DaemonError(
                .unavailable,
                "nobody listens at \(endpoint): start `foretide serve`, or say where"
                    + " with --endpoint"
            )
        }
        if unsafe access(path, W_OK) != 0 {
            throw DaemonError(
                .noPermission,
                "\(endpoint): only the daemon's user may connect (control.access); try sudo")
        }
    }

    /// Sends a request and waits for its answer. Errors: 69 none came; else what the daemon's error
    /// stands for (docs/control.md).
    package mutating func ask(
        _ request: JSONValue, attachment: [UInt8]? = nil
    ) throws(DaemonError) -> Answer {
        let reply: JSONValue
        var file: [UInt8]?
        do {
            let bytes = request.bytes
            _ = try socket.send(bytes.span, more: attachment != nil)
            if let attachment { _ = try socket.send(attachment.span) }
            try receive()
            reply = try JSONValue(parsing: message[0])
            if message.count > 1 { file = [UInt8](copying: message[1]) }
        } catch let error as DaemonError {
            throw error
        } catch {
            throw DaemonError(.unavailable, "\(endpoint): \(error)")
        }
        if reply["ok"]?.boolean == true, let result = reply["result"] {
            return Answer(result: result, attachment: file)
        }
        throw Self.error(reply)
    }

    private mutating func receive() throws {
        let deadline = ContinuousClock.now + patience
        while try socket.receive(into: &message) != .message {
            let rest = deadline - ContinuousClock.now
            if rest <= .zero || Interruption.isRequested {
                throw DaemonError(
                    .unavailable,
                    "no answer from \(endpoint) within \(patience.components.seconds) s: is that a"
                        + " daemon, and is it running? --timeout waits longer")
            }
            _ = try poller.wait(timeout: min(rest, .milliseconds(200)))
        }
    }

    private static func error(_ reply: JSONValue) -> DaemonError {
        let message = reply["message"]?.string ?? "an answer that cannot be understood"
        let code = reply["error"]?.string.flatMap(ControlError.Code.init(rawValue:))
        let details = (reply["details"]?.array ?? []).compactMap(\.string)
        return DaemonError(code?.exitCode ?? .internal, lines: [message] + details)
    }
}

extension ControlError.Code {
    /// What a command ends with.
    package var exitCode: DaemonError.Code {
        switch self {
        case .malformed, .unknownCommand, .badArgument: .usage
        case .unknownStream: .noInput
        case .streamExists: .cannotCreate
        case .badFile: .badData
        case .configuration, .noState: .configuration
        case .stateFailed: .inputOutput
        case .tooManyStreams, .busy: .unavailable
        }
    }
}

extension ControlAddress {
    /// Where to find the daemon: what was said on the command line, else `control.bind` of the
    /// settings, else the first of the known places where there is one. Error: 69.
    ///
    /// Settings with mistakes do not count, so that a daemon can be asked to read them and to say
    /// what is wrong.
    package static func find(
        _ endpoint: String?, source: SettingsSource, environment: [String: String]
    ) throws(DaemonError) -> String {
        if let endpoint { return endpoint }
        var fault: DaemonError?
        do throws(DaemonError) {
            let bind = try source.load().control.bind
            if bind.isEmpty {
                throw DaemonError(
                    .configuration, "control.bind is empty: this daemon has no control socket")
            }
            if bind != Settings.Control.automatic { return bind }
        } catch {
            fault = error
        }
        let places = known(environment)
        for place in places where unsafe access(String(place.dropFirst("ipc://".count)), F_OK) == 0
        {
            return place
        }
        if let fault { throw fault }
        throw DaemonError(
            .unavailable,
            "no daemon at \(places.joined(separator: " or ")): start `foretide serve` with"
                + " control.bind, or say where it is with --endpoint")
    }
}

extension [UInt8] {
    fileprivate init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }
}
