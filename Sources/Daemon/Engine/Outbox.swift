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
    private var blocked = Poller()

    init(_ settings: Settings, in context: Context, control: EngineControl) throws {
        var options = SocketOptions()
        options.sendHighWaterMark = settings.output.highWaterMark
        options.linger = EngineLoop.linger
        var cacheLimit = LastValueCache.Limit()
        cacheLimit.names = settings.output.lastValueCache ? settings.limits.maxStreams : 0
        publisher = try Publisher(
            in: context, options: options,
            slowSubscriber: settings.output.slowSubscriber == .block ? .block : .drop,
            cacheLimit: cacheLimit)
        monitor = try Monitor(publisher.socket)
        format = settings.outputFormat
        encoder = Encoder(format: format)
        self.control = control
        _ = blocked.add(descriptor: control.wakeup.descriptor)
        for text in settings.output.bind {
            boundPublisher.append(try publisher.socket.bind(Endpoint(text)))
        }
        for text in settings.output.connect { try publisher.socket.connect(Endpoint(text)) }
    }

    /// Sends one forecast; in binary keeps it until its batch is complete.
    mutating func send(_ forecast: borrowing Forecast) throws(ZeroMQError) {
        guard format == .binary else {
            payload.removeAll(keepingCapacity: true)
            encoder.encode(forecast, into: &payload)
            try publish(name: forecast.name.span)
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
        try publish(name: rowsName.span)
    }

    private mutating func publish(name: Span<UInt8>) throws(ZeroMQError) {
        // Refused only with output.slow_subscriber = "block": then the input waits with us.
        while try !publisher.publish(name, payload.span) {
            if control.isStopping { return }
            _ = try blocked.wait(timeout: .milliseconds(1))
        }
    }

    /// Gives new subscribers the newest forecasts. True when there is more to do.
    mutating func answerSubscribers() throws(ZeroMQError) -> Bool {
        try publisher.answerSubscribers()
    }

    mutating func updateMonitor() throws(ZeroMQError) { try monitor.update() }
}
