import Series
import Settings
import Telemetry
import Transport
import Wire

/// The socket that forecasts go out on, and their encoding.
struct Outbox: ~Copyable {
    private let format: Wire.OutputFormat
    private(set) var publisher: Publisher
    private(set) var boundPublisher: [Endpoint] = []
    private(set) var monitor: Monitor
    private var encoder: Encoder
    private var queue = SendQueue()
    /// In binary: the forecasts of the message being answered, and their stream.
    private var rows = ForecastBatchEncoder()
    private var rowsName: [UInt8] = []
    private let latency: LatencyHistogram
    private let control: EngineControl
    private let supervisor: Supervisor
    /// Waits for room in a subscriber's queue, or for the order to stop.
    private var blocked: Poller

    /// Opens the socket, then binds and connects it as the settings say.
    init(
        _ settings: Settings, _ admission: inout Admission, in context: Context,
        control: EngineControl, supervisor: Supervisor, metrics: Metrics
    ) throws {
        var options = SocketOptions()
        options.sendHighWaterMark = settings.output.highWaterMark
        options.linger = EngineLoop.linger
        options.handshakeTimeout = Admission.handshakeTimeout
        var cacheLimit = LastValueCache.Limit()
        cacheLimit.names = settings.output.lastValueCache ? settings.limits.maxStreams : 0
        let publisher = try Publisher(
            in: context, options: options,
            slowSubscriber: settings.output.slowSubscriber == .block ? .block : .drop,
            cacheLimit: cacheLimit)
        var monitor = try Monitor(publisher.socket)
        for text in settings.output.bind {
            let descriptor = supervisor.handed.descriptor(for: .output, text)
            boundPublisher.append(
                try admission.bind(
                    publisher.socket, text, descriptor: descriptor, &monitor))
        }
        for text in settings.output.connect { try admission.connect(publisher.socket, text) }
        var blocked = Poller()
        _ = blocked.add(descriptor: control.wakeup.descriptor)
        format = settings.outputFormat
        encoder = Encoder(format: format)
        self.control = control
        self.supervisor = supervisor
        latency = metrics.forecastLatency
        self.publisher = publisher
        self.monitor = monitor
        self.blocked = blocked
    }

    /// Takes one forecast; in binary its message is complete with `finishMessage`.
    /// - Parameter arrival: when the sample came in, by the monotonic clock in nanoseconds.
    mutating func add(_ forecast: borrowing Forecast, arrival: Int64) throws(ZeroMQError) {
        guard format == .binary else {
            queue.add(name: forecast.name.span, arrival: arrival) { bytes in
                encoder.encode(forecast, into: &bytes)
            }
            if queue.isFull { try flush() }
            return
        }
        if !rows.append(forecast) {
            try finishMessage(arrival: arrival)
            _ = rows.append(forecast)
        }
        if rowsName != forecast.name { rowsName = forecast.name }
    }

    /// Takes what another thread has made of a sample, if that is a forecast.
    mutating func add(
        _ answer: borrowing PartitionDesk.Answer, arrival: Int64
    ) throws(ZeroMQError) {
        guard answer.isForecast else { return }
        guard format != .binary else { return try add(answer.forecast, arrival: arrival) }
        queue.add(name: answer.forecast.name.span, arrival: arrival) { bytes in
            bytes.append(contentsOf: answer.payload)
        }
        if queue.isFull { try flush() }
    }

    /// The samples of a message have all been seen: in binary their forecasts are one message too.
    mutating func finishMessage(arrival: Int64) throws(ZeroMQError) {
        if rows.isEmpty { return }
        let name = rowsName
        queue.add(name: name.span, arrival: arrival) { rows.finish(into: &$0) }
        if queue.isFull { try flush() }
    }

    /// Sends what has been taken, if it has waited long enough.
    mutating func flushOverdue(at now: Int64) throws(ZeroMQError) {
        if queue.isOverdue(at: now) { try flush() }
    }

    /// Sends what has been taken.
    mutating func flush() throws(ZeroMQError) {
        // Refused only with output.slow_subscriber = "block": then the input waits with us.
        while try !queue.send(through: &publisher, latency: latency) {
            if control.isStopping { return queue.removeAll() }
            _ = try blocked.wait(timeout: .milliseconds(1))
            // Held up by a subscriber, as the settings want it, is not stuck.
            supervisor.beat(at: SystemClock.monotonic())
        }
    }

    /// Whether subscribers wait for more of the newest forecasts.
    var isAnswering: Bool { publisher.isAnswering }

    /// Gives new subscribers the newest forecasts. True when there is more to do.
    mutating func answerSubscribers() throws(ZeroMQError) -> Bool {
        try publisher.answerSubscribers()
    }

    /// The newest forecast of a stream, as it was published; nil when it is not kept.
    func newest(of name: Span<UInt8>) -> [UInt8]? { publisher.cache.payload(of: name) }

    /// Keeps a forecast of an earlier process for new subscribers, in the format of this one.
    mutating func remember(_ name: [UInt8], _ payload: [UInt8]) {
        if let first = payload.first, Wire.OutputFormat(firstByte: first) == format {
            return publisher.remember(name.span, payload.span)
        }
        var decoder = ForecastDecoder()
        // What was published can be read; if not, there is nothing to give to anybody.
        guard let row = try? decoder.decode(topic: name.span, payload: payload.span).last else {
            return
        }
        remember(row)
    }

    /// Keeps a forecast of another process for new subscribers.
    mutating func remember(_ forecast: borrowing Forecast) {
        var bytes: [UInt8] = []
        encoder.encode(forecast, into: &bytes)
        publisher.remember(forecast.name.span, bytes.span)
    }

    /// Nobody is given the stream's newest forecast any more.
    mutating func forget(_ name: Span<UInt8>) { publisher.forget(name) }

    /// Other limits, for what is kept from now on.
    mutating func change(_ limits: Limits) {
        if publisher.cache.limit.names > 0 { publisher.limitCache(names: limits.maxStreams) }
    }

    mutating func updateMonitor() throws(ZeroMQError) { try monitor.update() }
}
