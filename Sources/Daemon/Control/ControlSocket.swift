import Series
import Settings
import Transport
import Wire

/// The ROUTER that requests come in on and answers leave through.
///
/// Replies to a client that does not read are dropped once its queue is full; nobody else notices.
struct ControlSocket: ~Copyable {
    /// Where an answer goes: the frames in front of the request, as they came.
    struct Ticket: Sendable, Equatable {
        fileprivate let envelope: [[UInt8]]
    }

    enum Reception {
        /// Nothing waits.
        case none
        case request(Ticket, payload: [UInt8], attachment: [UInt8]?)
        /// More frames than a request has.
        case malformed(Ticket)
        /// Thrown away: so many frames that nobody knows where to send an answer.
        case discarded
    }

    /// Answers that wait for one client, of 80 KB at the most but for files; and its requests. For
    /// a thousand to be safe: libzmq hears only after each half of this many what has been read.
    private static let highWaterMark = 2500
    /// Bytes of a frame: the largest file that can be imported.
    static let frameBytes = 256 << 20
    /// Routing frames and the empty one behind them, then JSON and a file.
    private static let frames = 8

    private let socket: Socket
    private let place: Endpoint
    private var message = Message(capacity: ControlSocket.frames)

    init(_ endpoint: Endpoint, access: Settings.Control.Access, in context: Context)
        throws(ZeroMQError)
    {
        var options = SocketOptions()
        options.sendHighWaterMark = Self.highWaterMark
        options.receiveHighWaterMark = Self.highWaterMark
        options.frameBytes = Self.frameBytes
        options.linger = EngineLoop.linger
        let socket = try Socket(.router, in: context, options: options)
        try socket.bind(endpoint, fileMode: access == .group ? 0o660 : 0o600)
        self.socket = socket
        place = endpoint
    }

    /// Where it is bound.
    func boundEndpoint() -> Endpoint { place }

    /// Has the poller wake its owner for requests.
    func join(_ poller: inout Poller) { _ = poller.add(socket) }

    /// The next message, without waiting.
    mutating func receive() throws(ZeroMQError) -> Reception {
        switch try socket.receive(into: &message) {
        case .none: return .none
        case .oversized, .discarding: return .discarded
        case .message: break
        }
        // REQ puts an empty frame behind its address, a DEALER need not.
        var start = 1
        for index in 1..<message.count where message[index].isEmpty {
            start = index + 1
            break
        }
        let frames = (0..<message.count).map { [UInt8](copying: message[$0]) }
        message.removeAll()
        let ticket = Ticket(envelope: Array(frames[..<start]))
        switch frames.count - start {
        case 1: return .request(ticket, payload: frames[start], attachment: nil)
        case 2: return .request(ticket, payload: frames[start], attachment: frames[start + 1])
        default: return .malformed(ticket)
        }
    }

    func send(_ reply: ControlReply, to ticket: Ticket) throws(ZeroMQError) {
        try socket.refresh()
        for frame in ticket.envelope {
            // A client that has gone, or does not read: nobody waits for the rest.
            if try !socket.send(frame.span, more: true) { return }
        }
        let json = reply.json.bytes
        _ = try socket.send(json.span, more: reply.attachment != nil)
        if let attachment = reply.attachment { _ = try socket.send(attachment.span) }
    }
}

extension [UInt8] {
    fileprivate init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }
}
