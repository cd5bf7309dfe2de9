import Series
import Settings
import Transport
import Wire

/// The socket that forecasts go out on, and their encoding.
struct Outbox: ~Copyable {
    private let format: Wire.OutputFormat
    private(set) var publisher: Publisher
    private(set) var boundPublisher: [Endpoint] = []
    private(set) var monitor: Monitor
    private var encoder: Encoder
    private var rows = ForecastBatchEncoder()
    private var payload: [UInt8] = []
    /// The stream of `rows`.
    private var rowsName: [UInt8] = []
    private let control: EngineControl
    /// Waits for room in a subscriber's queue, or for the order to stop.
    private var blocked: Poller

    /// Opens the socket, then binds and connects it as the settings say.
    init(_ settings: Settings, in context: Context, control: EngineControl) throws {
        var options = SocketOptions()
        options.sendHighWaterMark = settings.output.highWaterMark
        options.linger = EngineLoop.linger
        var cacheLimit = LastValueCache.Limit()
        cacheLimit.names = settings.output.lastValueCache ? settings.limits.maxStreams : 0
        let publisher = try Publisher(
            in: context, options: options,
            slowSubscriber: settings.output.slowSubscriber == .block ? .block : .drop,
            cacheLimit: cacheLimit)
        let monitor = try Monitor(publisher.socket)
        for text in settings.output.bind {
            boundPublisher.append(try publisher.socket.bind(Endpoint(text)))
        }
        for text in settings.output.connect { try publisher.socket.connect(Endpoint(text)) }
        var blocked = Poller()
        _ = blocked.add(descriptor: control.wakeup.descriptor)
        format = settings.outputFormat
        encoder = Encoder(format: format)
        self.control = control
        self.publisher = publisher
        self.monitor = monitor
        self.blocked = blocked
    }

    /// Sends one forecast; in binary keeps it until its batch is complete.
    mutating func send(_ forecast: borrowing Forecast) throws(ZeroMQError) {
        guard format == .binary else {
            payload.removeAll(keepingCapacity: true)
            encoder.encode(forecast, into: &payload)
            try publish(forecast.name)
            return
        }
        if !rows.append(forecast) {
            try finishMessage()
            _ = rows.append(forecast)
        }
        if rowsName != forecast.name { rowsName = forecast.name }
    }

    /// The samples of a message have all been seen: in binary their forecasts go out now.
    mutating func finishMessage() throws(ZeroMQError) {
        if rows.isEmpty { return }
        payload.removeAll(keepingCapacity: true)
        rows.finish(into: &payload)
        try publish(rowsName)
    }

    /// Sends `payload` under a stream's name.
    private mutating func publish(_ name: [UInt8]) throws(ZeroMQError) {
        // Refused only with output.slow_subscriber = "block": then the input waits with us.
        while try !Self.send(name, payload, through: &publisher) {
            if control.isStopping { return }
            _ = try blocked.wait(timeout: .milliseconds(1))
        }
    }

    private static func send(
        _ name: [UInt8], _ payload: [UInt8], through publisher: inout Publisher
    ) throws(ZeroMQError) -> Bool {
        try publisher.publish(name.span, payload.span)
    }

    /// Gives new subscribers the newest forecasts. True when there is more to do.
    mutating func answerSubscribers() throws(ZeroMQError) -> Bool {
        try publisher.answerSubscribers()
    }

    mutating func updateMonitor() throws(ZeroMQError) { try monitor.update() }
}
