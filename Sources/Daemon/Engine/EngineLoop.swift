import Forecasting
import Logging
import Series
import Settings
import Transport
import Wire

/// The thread that owns the sockets: poll, drain, observe, publish, train.
///
/// It never leaves the sockets for long: a bound SUB sends its subscriptions only while it is being
/// polled (libzmq issue 2267). So each turn takes a slice of what waits.
struct EngineLoop: ~Copyable {
    /// How long unsent forecasts hold up the end.
    static let linger = Duration.milliseconds(400)
    /// How long a stopping engine goes on taking what has arrived, and the silence that ends it.
    private static let drainNanoseconds: Int64 = 300_000_000
    private static let drainSilence = Duration.milliseconds(20)
    /// The share of a turn that one socket gets.
    private static let sliceNanoseconds: Int64 = 2_000_000
    /// Between two looks at the connections, and between two reports of what was refused.
    private static let monitorNanoseconds: Int64 = 100_000_000
    private static let reportNanoseconds: Int64 = 60_000_000_000

    private let control: EngineControl
    private let logger: Logger
    private var inbox: Inbox
    private var outbox: Outbox
    private var forecaster: Forecaster
    private var poller: Poller
    // Reused from message to message.
    private var batch = SampleBatch()
    private var forecast = Forecast()
    private var nextMonitor: Int64 = 0
    private var nextReport: Int64
    private var reportedRefusals: UInt64 = 0

    /// Opens and binds every socket. Errors: `ZeroMQError`, and `Endpoint`'s for a bad address.
    init(settings: Settings, control: EngineControl, logger: Logger) throws {
        let context = try Context()
        let inbox = try Inbox(settings, in: context)
        let outbox = try Outbox(settings, in: context, control: control)
        var poller = Poller()
        _ = poller.add(inbox.subscriber)
        _ = poller.add(inbox.puller)
        _ = poller.add(outbox.publisher.socket)
        _ = poller.add(descriptor: control.wakeup.descriptor)
        self.control = control
        self.logger = logger
        self.inbox = inbox
        self.outbox = outbox
        self.poller = poller
        forecaster = Forecaster(
            rules: settings.modelRules.map { ModelRule($0) }, seed: settings.engine.seed,
            limits: settings.limits)
        nextReport = SystemClock.monotonic() + Self.reportNanoseconds
    }

    /// Where the sockets came to be bound.
    var endpoints: BoundEndpoints {
        BoundEndpoints(
            input: inbox.boundSubscriber.map(\.description),
            pull: inbox.boundPuller.map(\.description),
            output: outbox.boundPublisher.map(\.description))
    }

    /// Serves until told to stop, then drains.
    mutating func run() throws(ZeroMQError) {
        var isBusy = false
        while !control.isStopping { isBusy = try turn(waiting: isBusy ? .zero : .seconds(1)) }
        try drain()
    }

    /// Takes what had arrived when the order to stop came.
    private mutating func drain() throws(ZeroMQError) {
        let deadline = SystemClock.monotonic() + Self.drainNanoseconds
        control.wakeup.clear()
        while SystemClock.monotonic() < deadline {
            let received = inbox.counters.messages
            if try !turn(waiting: Self.drainSilence), inbox.counters.messages == received { break }
        }
        try inbox.updateMonitors()
        try outbox.updateMonitor()
    }

    /// One round over the sockets. True when something is left to do at once.
    private mutating func turn(waiting timeout: Duration) throws(ZeroMQError) -> Bool {
        _ = try poller.wait(timeout: timeout)
        control.wakeup.clear()
        var isBusy = false
        for source in Inbox.Source.allCases where try take(from: source) { isBusy = true }
        if try outbox.answerSubscribers() { isBusy = true }
        let now = SystemClock.monotonic()
        if now >= nextMonitor {
            nextMonitor = now + Self.monitorNanoseconds
            try inbox.updateMonitors()
            try outbox.updateMonitor()
        }
        if now >= nextReport {
            nextReport = now + Self.reportNanoseconds
            report()
        }
        return isBusy
    }

    /// A slice of what one socket has. True when there is more.
    private mutating func take(from source: Inbox.Source) throws(ZeroMQError) -> Bool {
        let deadline = SystemClock.monotonic() + Self.sliceNanoseconds
        for _ in 0..<Limits.messagesPerTurn {
            switch try inbox.next(from: source, into: &batch) {
            case .none: return false
            case .samples: try answer()
            case .rejected: reportRefusal()
            }
            if SystemClock.monotonic() >= deadline { return true }
        }
        return true
    }

    /// Forecasts for every sample of the batch. A forecast leaves before the net is trained.
    private mutating func answer() throws(ZeroMQError) {
        var arrivalTime: Int64?
        for index in batch.samples.indices {
            let sample = batch.samples[index]
            // The wall clock is read for samples without a time only, once a message.
            if sample.time == nil, arrivalTime == nil { arrivalTime = SystemClock.realtime() }
            let observation = forecaster.observe(
                sample, in: batch, arrivalTime: sample.time ?? arrivalTime ?? 0, into: &forecast)
            if case .forecast(let stream, let updateIsDue) = observation {
                try outbox.send(forecast)
                if updateIsDue { forecaster.train(stream) }
            }
        }
        try outbox.finishMessage()
    }

    /// Says why the first message of a kind was refused; the rest only counts.
    private mutating func reportRefusal() {
        reportedRefusals += 1
        if reportedRefusals == 1 { report() }
    }

    private mutating func report() {
        guard let refusal = inbox.takeLastRefusal() else { return }
        logger.warning(
            "Refused input", metadata: ["reason": "\(refusal.label)", "why": "\(refusal)"])
    }

    /// Every counter by its metric's name, without the prefix `foretide_`.
    var counters: [(name: String, value: UInt64)] {
        EngineCounters.list(inbox: inbox, outbox: outbox, forecaster: forecaster.counters)
    }
}
