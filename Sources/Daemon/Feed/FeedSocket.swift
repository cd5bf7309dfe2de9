import Glibc
import Transport

/// The socket of a feed: an XPUB, which hears of subscriptions. It sends when somebody listens, and
/// waits while the listener falls behind or is away, so that nothing gets lost.
///
/// One case is left, in libzmq: over ipc, what is still in the kernel's buffer when this socket
/// closes is lost if the listener's own queue (`input.high_water_mark`) is full just then.
struct FeedSocket: ~Copyable {
    private static let poll = Duration.milliseconds(100)
    /// How long to wait before saying so.
    private static let silence = Duration.seconds(1)

    private let endpoint: String
    private let patience: Duration
    private let notice: @Sendable (String) -> Void
    private let socket: Socket
    private var monitor: Monitor
    private var poller: Poller
    private var message = Message(capacity: 1)
    /// Topics that somebody subscribes to.
    private var subscriptions: Set<[UInt8]> = []

    /// - Parameters:
    ///   - queuedMessages: how many may wait on our side.
    ///   - patience: how long to wait for somebody who listens.
    ///   - notice: takes a line for a person while it waits.
    init(
        endpoint: String, binds: Bool, curve: CurveIdentity?, queuedMessages: Int,
        patience: Duration,
        notice: @escaping @Sendable (String) -> Void, in context: Context
    ) throws(DaemonError) {
        var options = SocketOptions()
        options.refusesWhenFull = true
        options.sendHighWaterMark = queuedMessages
        do {
            let address = try Endpoint(endpoint)
            let socket = try Socket(.xpub, in: context, options: options)
            let monitor = try Monitor(socket)
            if binds {
                try socket.bind(address)
            } else {
                try socket.connect(address, curve: curve)
            }
            var poller = Poller()
            _ = poller.add(socket)
            self.socket = socket
            self.monitor = monitor
            self.poller = poller
        } catch let error as EndpointError {
            throw DaemonError(.usage, "--endpoint \(error)")
        } catch {
            throw DaemonError(.unavailable, "\(error)")
        }
        self.endpoint = endpoint
        self.patience = patience
        self.notice = notice
    }

    /// Whether somebody listens now.
    mutating func hasSubscriber() throws(DaemonError) -> Bool {
        do throws(ZeroMQError) {
            while try socket.receive(into: &message) != .none { noteSubscription() }
        } catch {
            throw DaemonError(.internal, "\(error)")
        }
        return !subscriptions.isEmpty
    }

    /// Waits until somebody listens. Error: 69 when nobody does for `patience`.
    /// - Returns: false when told to stop.
    mutating func waitForSubscriber(isStopping: () -> Bool) throws(DaemonError) -> Bool {
        if try hasSubscriber() { return true }
        let start = SystemClock.monotonic()
        var hasTold = false
        while !isStopping() {
            do throws(ZeroMQError) { _ = try poller.wait(timeout: Self.poll) } catch {
                throw DaemonError(.internal, "\(error)")
            }
            if try hasSubscriber() { return true }
            let waited = SystemClock.monotonic() - start
            if waited >= Self.silence.wholeNanoseconds, !hasTold {
                hasTold = true
                notice(
                    "Nobody listens at \(endpoint) yet: waiting up to "
                        + "\(patience.components.seconds) s")
            }
            if waited >= patience.wholeNanoseconds {
                throw try failure()
            }
        }
        return false
    }

    /// Why nobody listens.
    private mutating func failure() throws(DaemonError) -> DaemonError {
        do throws(ZeroMQError) { try monitor.update() } catch {
            throw DaemonError(.internal, "\(error)")
        }
        if monitor.counters.isTurnedAway { return .turnedAway(endpoint) }
        return DaemonError(
            .unavailable,
            "nobody listens at \(endpoint): start `foretide serve`, or say with "
                + "--endpoint where it has its input")
    }

    /// Sends a message of two frames.
    /// - Returns: false when told to stop before it could.
    mutating func send(
        topic: [UInt8], payload: [UInt8], isStopping: () -> Bool
    ) throws(DaemonError) -> Bool {
        while try waitForSubscriber(isStopping: isStopping) {
            do throws(ZeroMQError) {
                if try socket.send(topic.span, more: true) {
                    _ = try socket.send(payload.span)
                    return true
                }
            } catch {
                throw DaemonError(.unavailable, "\(error)")
            }
            if isStopping() { return false }
            // An XPUB always polls as writable, so that there is nothing to wait on.
            usleep(200)
        }
        return false
    }

    /// A subscription is a 1 and the topic, its end a 0 and the topic.
    private mutating func noteSubscription() {
        guard let (kind, topic) = Self.read(message) else { return }
        if kind == 1 {
            subscriptions.insert(topic)
        } else if kind == 0 {
            subscriptions.remove(topic)
        }
    }

    private static func read(_ message: borrowing Message) -> (kind: UInt8, topic: [UInt8])? {
        guard message.count == 1, message[0].count >= 1 else { return nil }
        let frame = message[0]
        var topic: [UInt8] = []
        for index in 1..<frame.count { topic.append(frame[index]) }
        return (frame[0], topic)
    }
}

extension Duration {
    /// Whole nanoseconds.
    var wholeNanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
