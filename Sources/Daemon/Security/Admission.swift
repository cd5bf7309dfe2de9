import Logging
import Telemetry
import Transport

/// Who is let in, and who we are to others: CURVE on all tcp addresses where there are keys for it.
/// Whoever may use a socket in the file system is let in there.
struct Admission: ~Copyable {
    /// How long a client may take to be let in, and how soon one that was refused comes again.
    static let handshakeTimeout = Duration.seconds(10)

    /// At addresses that are bound.
    private var authenticator: Authenticator?
    /// At addresses that we connect to.
    private let identity: CurveIdentity?

    init(_ keys: SecurityKeys, in context: Context) throws(ZeroMQError) {
        if let own = keys.own, let authorized = keys.authorized {
            authenticator = try Authenticator(own, admitting: authorized, in: context)
        }
        if let own = keys.own, let server = keys.server {
            identity = CurveIdentity(own, serverKey: server)
        } else {
            identity = nil
        }
    }

    /// Clients whose keys are not on the list.
    private(set) var refused: UInt64 = 0

    /// Has the poller wake the engine for clients.
    func join(_ poller: inout Poller) { authenticator?.join(&poller) }

    /// Errors: `ZeroMQError`, `EndpointError`.
    /// - Parameter monitor: of the socket.
    mutating func bind(
        _ socket: borrowing Socket, _ text: String, descriptor: Int32?, _ monitor: inout Monitor
    ) throws -> Endpoint {
        let endpoint = try Endpoint(text)
        guard authenticator != nil, case .tcp = endpoint.transport else {
            return try socket.bind(endpoint, descriptor: descriptor)
        }
        return try authenticator!.bind(socket, endpoint, descriptor: descriptor, &monitor)
    }

    /// Errors: `ZeroMQError`, `EndpointError`.
    func connect(_ socket: borrowing Socket, _ text: String) throws {
        let endpoint = try Endpoint(text)
        if case .tcp = endpoint.transport {
            try socket.connect(endpoint, curve: identity)
        } else {
            try socket.connect(endpoint)
        }
    }

    /// Answers clients that wait. True when there may be more.
    mutating func turn(
        _ logger: Logger, _ repeats: inout RepeatGate
    ) throws(ZeroMQError) -> Bool {
        guard authenticator != nil else { return false }
        var newest: Authenticator.Refusal?
        var count: UInt64 = 0
        let isBusy = try authenticator!.answer {
            newest = $0
            count += 1
        }
        refused += count
        if let newest, let more = repeats.admit("client", at: SystemClock.monotonic()) {
            logger.warning(
                "Refused a client whose key is not in security.authorized_keys",
                metadata: [
                    "key": "\(newest.key?.text ?? "none")", "address": "\(newest.address)",
                    "more": "\(more)",
                ])
        }
        return isBusy
    }

    /// Lets others in from now on, and nobody else. Gives how many are new, and how many gone.
    mutating func admit(
        _ keys: Set<CurveKey>
    ) throws(ZeroMQError) -> (added: Int, removed: Int) {
        guard authenticator != nil else { return (0, 0) }
        return try authenticator!.admit(keys)
    }
}
