import CZeroMQ
import Glibc

/// Binds sockets with CURVE, and lets in only clients whose keys are on a list: the handler of ZAP
/// (ZeroMQ RFC 27), which libzmq asks about each client.
///
/// Without such a handler libzmq lets in whoever knows the server's key, which is public. That is
/// why there is no other way to bind with CURVE than through one of these.
///
/// Its owner, the one of the sockets too, calls `answer` when it is readable. Encryption and the
/// rest of a handshake are the work of libzmq's threads; until it is answered a client waits.
package struct Authenticator: ~Copyable {
    /// A client that was not let in.
    package struct Refusal: Equatable, Sendable {
        /// Its IP address.
        package let address: String
        package let key: CurveKey?
    }

    /// Clients answered in one turn, some 0.3 ms.
    package static let answersPerTurn = 64
    /// Frames of a question (RFC 27), and where the mechanism and the key are.
    private static let frames = 7
    private static let mechanismFrame = 5
    private static let keyFrame = 6

    /// An endpoint of ours. Its descriptor is a second one of the listening socket, so that this
    /// stays open, with the clients that wait, while libzmq lets go of it.
    private final class Listener {
        let handle: SocketHandle
        var endpoint: Endpoint
        let descriptor: Int32

        init(_ handle: SocketHandle, _ endpoint: Endpoint, _ descriptor: Int32) {
            self.handle = handle
            self.endpoint = endpoint
            self.descriptor = descriptor
        }

        deinit { Glibc.close(descriptor) }
    }

    /// The keys of those who may come in.
    private var admitted: Set<CurveKey>
    private let keys: CurveKeyPair
    private let socket: Socket
    private var message = Message(capacity: Authenticator.frames + 1)
    private var listeners: [Listener] = []

    /// There can be one in a context.
    /// - Parameter keys: of the server.
    package init(
        _ keys: CurveKeyPair, admitting admitted: Set<CurveKey>, in context: Context
    ) throws(ZeroMQError) {
        var options = SocketOptions()
        options.linger = .zero
        let socket = try Socket(.reply, in: context, options: options)
        try socket.bind(Endpoint(.inproc(name: "zeromq.zap.01")))
        self.keys = keys
        self.admitted = admitted
        self.socket = socket
    }

    /// Has the poller wake its owner for clients.
    package func join(_ poller: inout Poller) { _ = poller.add(socket) }

    /// Binds a socket to a tcp address, for clients with a key; as `Socket.bind`.
    /// - Parameter monitor: of that socket, begun before.
    package mutating func bind(
        _ socket: borrowing Socket, _ endpoint: Endpoint, descriptor: Int32? = nil,
        _ monitor: inout Monitor
    ) throws(ZeroMQError) -> Endpoint {
        precondition(socket.handle.context === self.socket.handle.context)
        let bound = try socket.handle.bind(endpoint, descriptor: descriptor, .server(keys))
        while try monitor.update() {}
        guard let own = monitor.newestListener else {
            preconditionFailure("libzmq has not said what it listens on")
        }
        listeners.append(Listener(socket.handle, bound, try Self.copy(own, bound)))
        return bound
    }

    /// Lets other clients in from now on. When a key was taken away, every connection is ended:
    /// whose key is still there comes in again by itself, a tenth of a second later.
    /// - Returns: how many keys are new, and how many gone.
    @discardableResult
    package mutating func admit(
        _ admitted: Set<CurveKey>
    ) throws(ZeroMQError) -> (added: Int, removed: Int) {
        let (added, removed) = (
            admitted.subtracting(self.admitted).count, self.admitted.subtracting(admitted).count
        )
        self.admitted = admitted
        guard removed > 0 else { return (added, removed) }
        for listener in listeners {
            let descriptor = try Self.copy(listener.descriptor, listener.endpoint)
            // Ends what was accepted there.
            try listener.handle.unbind(listener.endpoint)
            listener.endpoint = try listener.handle.bind(
                listener.endpoint, descriptor: descriptor, .server(keys))
        }
        return (added, removed)
    }

    private static func copy(
        _ descriptor: Int32, _ endpoint: Endpoint
    ) throws(ZeroMQError) -> Int32 {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw ZeroMQError(.bind, endpoint.description, code: errno) }
        return copy
    }

    /// Answers clients that wait, without waiting itself. True when there may be more.
    package mutating func answer(
        _ onRefusal: (Refusal) -> Void
    ) throws(ZeroMQError) -> Bool {
        for _ in 0..<Self.answersPerTurn {
            switch try socket.receive(into: &message) {
            case .none: return false
            // Nothing but libzmq asks, and it asks in this form.
            case .oversized, .discarding: preconditionFailure("no question of ZAP")
            case .message: break
            }
            let (key, request) = Self.read(message)
            let isAdmitted = key.map(admitted.contains) ?? false
            if !isAdmitted {
                onRefusal(Refusal(address: Self.address(message), key: key))
            }
            try reply(to: request, isAdmitted: isAdmitted)
        }
        return true
    }

    /// Version, number, domain, address, routing id, mechanism, key.
    private static func read(_ message: borrowing Message) -> (CurveKey?, request: [UInt8]) {
        precondition(message.count >= mechanismFrame, "no question of ZAP")
        let request = [UInt8](copying: message[1])
        guard message.count == frames,
            [UInt8](copying: message[mechanismFrame]) == Array("CURVE".utf8)
        else { return (nil, request) }
        return (CurveKey(message[keyFrame]), request)
    }

    private static func address(_ message: borrowing Message) -> String {
        String(decoding: [UInt8](copying: message[3]), as: UTF8.self)
    }

    /// Version, number, status, its text, user, metadata.
    ///
    /// Who is not on the list is told to come again later (300) rather than never (400): then a key
    /// that is added works without a restart of the client, which tries again when its time for a
    /// handshake (ZMQ_HANDSHAKE_IVL) is over.
    private func reply(to request: [UInt8], isAdmitted: Bool) throws(ZeroMQError) {
        let status = isAdmitted ? "200" : "300"
        let frames = [Array("1.0".utf8), request, Array(status.utf8), [], [], []]
        for (index, frame) in frames.enumerated() {
            _ = try socket.send(frame.span, more: index < frames.count - 1)
        }
    }
}
