import CZeroMQ
import Glibc

/// Counts what happens to the connections of one socket (zmq_socket_monitor).
///
/// The owner of the socket reads it, every turn or so. Its queue has no limit, on purpose: with
/// one, libzmq's I/O thread would wait for us when it is full, and with it every connection.
package struct Monitor: ~Copyable {
    /// Totals since the monitor began. Names follow libzmq's ZMQ_EVENT_*.
    package struct Counters: Sendable, Equatable {
        /// Our connects that succeeded (before the handshake), and further attempts after failures.
        package var connected: UInt64 = 0
        package var connectRetried: UInt64 = 0
        package var listening: UInt64 = 0
        package var bindFailed: UInt64 = 0
        /// Peers that connected to us (before the handshake).
        package var accepted: UInt64 = 0
        package var acceptFailed: UInt64 = 0
        /// Connections that are ready to carry messages.
        package var handshakeSucceeded: UInt64 = 0
        /// The peer hung up or timed out in the handshake.
        package var handshakeFailedNoDetail: UInt64 = 0
        /// The peer broke the protocol in the handshake, or wants another security mechanism.
        package var handshakeFailedProtocol: UInt64 = 0
        /// The peer's credentials were refused.
        package var handshakeFailedAuthentication: UInt64 = 0
        /// Connections that ended: the peer left, sent garbage, or a frame over ZMQ_MAXMSGSIZE.
        package var disconnected: UInt64 = 0
        /// Our own sockets that closed.
        package var closed: UInt64 = 0

        package var handshakeFailed: UInt64 {
            handshakeFailedNoDetail + handshakeFailedProtocol + handshakeFailedAuthentication
        }

        /// Whether the other side has hung up on us before the first message, so far.
        package var isTurnedAway: Bool { connected > 0 && handshakeSucceeded == 0 }

        package init() {}
    }

    package private(set) var counters = Counters()
    /// The descriptor of what the socket listens on since the newest bind.
    private(set) var newestListener: Int32?
    private let monitored: SocketHandle
    private let events: Socket
    private var message = Message(capacity: 2)

    package init(_ socket: borrowing Socket) throws(ZeroMQError) {
        let monitored = socket.handle
        // A random name: libzmq frees that of a closed socket a little later.
        let name = "foretide-monitor-\(UInt64.random(in: .min ... .max))"
        let endpoint = Endpoint(.inproc(name: name))
        guard
            unsafe zmq_socket_monitor(monitored.open, endpoint.description, ZMQ_EVENT_ALL) == 0
        else { throw ZeroMQError(.monitor, "", code: zmq_errno()) }
        var options = SocketOptions()
        options.receiveHighWaterMark = 0
        options.linger = .zero
        let events = try Socket(.pair, in: monitored.context, options: options)
        try events.connect(endpoint)
        self.monitored = monitored
        self.events = events
    }

    deinit {
        if let pointer = unsafe monitored.pointer { unsafe _ = zmq_socket_monitor(pointer, nil, 0) }
    }

    /// Counts at most `limit` waiting events. True when there may be more.
    @discardableResult
    package mutating func update(limit: Int = 256) throws(ZeroMQError) -> Bool {
        for _ in 0..<limit {
            guard try events.receive(into: &message) == .message else { return false }
            // u16 event and i32 value in the machine's byte order; the second frame is the address.
            guard message.count == 2, message[0].count == 6 else { continue }
            let event = unsafe message[0].bytes.unsafeLoad(fromByteOffset: 0, as: UInt16.self)
            counters.count(Int32(event))
            if Int32(event) == ZMQ_EVENT_LISTENING {
                newestListener = unsafe message[0].bytes.unsafeLoadUnaligned(
                    fromByteOffset: 2, as: Int32.self)
            }
        }
        return true
    }
}

extension Monitor.Counters {
    mutating func count(_ event: Int32) {
        switch event {
        case ZMQ_EVENT_CONNECTED: connected += 1
        case ZMQ_EVENT_CONNECT_RETRIED: connectRetried += 1
        case ZMQ_EVENT_LISTENING: listening += 1
        case ZMQ_EVENT_BIND_FAILED: bindFailed += 1
        case ZMQ_EVENT_ACCEPTED: accepted += 1
        case ZMQ_EVENT_ACCEPT_FAILED: acceptFailed += 1
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: handshakeSucceeded += 1
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: handshakeFailedNoDetail += 1
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: handshakeFailedProtocol += 1
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: handshakeFailedAuthentication += 1
        case ZMQ_EVENT_DISCONNECTED: disconnected += 1
        case ZMQ_EVENT_CLOSED: closed += 1
        default: break
        }
    }
}
