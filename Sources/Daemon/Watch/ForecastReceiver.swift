import Series
package import Transport
import Wire

/// Published forecasts, of all streams or of some.
package struct ForecastReceiver: ~Copyable {
    /// How long to wait for the daemon.
    static let patience = Duration.seconds(10)

    private let endpoint: Endpoint
    /// Exact names; ZeroMQ matches prefixes only. Empty: all.
    private let names: Set<[UInt8]>
    private let socket: Socket
    private var monitor: Monitor
    private var poller: Poller
    private var message = Message(capacity: Limits.frames)
    private var decoder = ForecastDecoder()
    private let start = SystemClock.monotonic()
    private var isConnected = false
    /// Messages that are no forecasts.
    package private(set) var refused = 0

    /// - Parameter streams: exact names; none: all streams.
    package init(
        endpoint text: String, streams: [String], curve: CurveIdentity? = nil,
        in context: Context
    ) throws(DaemonError) {
        do {
            let endpoint = try Endpoint(text)
            let socket = try Socket(.subscribe, in: context)
            let monitor = try Monitor(socket)
            for prefix in streams.isEmpty ? [""] : streams { try socket.subscribe(prefix) }
            try socket.connect(endpoint, curve: curve)
            var poller = Poller()
            _ = poller.add(socket)
            self.endpoint = endpoint
            self.socket = socket
            self.monitor = monitor
            self.poller = poller
        } catch let error as EndpointError {
            throw DaemonError(.usage, "--endpoint \(error)")
        } catch {
            throw DaemonError(.unavailable, "\(error)")
        }
        names = Set(streams.map { Array($0.utf8) })
    }

    /// Waits for messages. Error: 69 when nobody answers at the endpoint for `patience`.
    mutating func wait(timeout: Duration) throws(DaemonError) {
        do throws(ZeroMQError) {
            _ = try poller.wait(timeout: timeout)
            if !isConnected {
                try monitor.update()
                isConnected = monitor.counters.handshakeSucceeded > 0
            }
        } catch {
            throw DaemonError(.internal, "\(error)")
        }
        let waited = SystemClock.monotonic() - start
        if !isConnected, waited > Self.patience.wholeNanoseconds {
            if monitor.counters.isTurnedAway { throw .turnedAway("\(endpoint)") }
            throw DaemonError(
                .unavailable,
                "nobody answers at \(endpoint): start `foretide serve`, or say with "
                    + "--endpoint where it has its output")
        }
    }

    /// Takes one message that is waiting, without waiting for one.
    /// - Parameter body: gets the message's forecasts, if its stream was asked for.
    /// - Returns: false when nothing is waiting.
    mutating func receive(_ body: ([Forecast]) -> Void) throws(DaemonError) -> Bool {
        do throws(ZeroMQError) {
            guard try socket.receive(into: &message) == .message else { return false }
        } catch {
            throw DaemonError(.internal, "\(error)")
        }
        do throws(WireError) {
            body(try Self.decode(message, with: &decoder, of: names))
        } catch {
            refused += 1
        }
        return true
    }

    private static func decode(
        _ message: borrowing Message, with decoder: inout ForecastDecoder,
        of names: Set<[UInt8]>
    ) throws(WireError) -> [Forecast] {
        guard message.count == 2 else { throw .frames(count: message.count) }
        if !names.isEmpty {
            var topic: [UInt8] = []
            for index in message[0].indices { topic.append(message[0][index]) }
            guard names.contains(topic) else { return [] }
        }
        return try decoder.decode(topic: message[0], payload: message[1])
    }
}
