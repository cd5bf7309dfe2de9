import Forecasting
import Logging
import Series
import Settings
import Store
import Telemetry
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
    private static let drainNanoseconds: Int64 = 400_000_000
    private static let drainSilence = Duration.milliseconds(20)
    /// The share of a turn that one socket gets.
    private static let sliceNanoseconds: Int64 = 2_000_000
    /// Between two updates of the metrics.
    private static let metricsNanoseconds: Int64 = 100_000_000

    private let control: EngineControl
    private let supervisor: Supervisor
    let logger: Logger
    let metrics: Metrics
    private var inbox: Inbox
    var outbox: Outbox
    var forecaster: Forecaster
    private var poller: Poller
    private let entries: Entries
    /// With `state.directory`.
    var checkpoints: Checkpoints?
    private var desk: ControlDesk
    /// With `input.reorder`.
    private var reorderBuffer: ReorderBuffer?
    // Reused from message to message.
    var batch = SampleBatch()
    private var forecast = Forecast()
    /// The samples of `batch` that have been answered: a large batch takes several turns.
    var answered = 0
    /// When the batch came in, by the monotonic clock and, once asked for, by the wall clock.
    var arrival: Int64 = 0
    var wallClock: Int64?
    /// With more than one worker.
    private(set) var crew: Crew?
    /// What is gathered to be answered together (EngineLoop+Rounds.swift).
    var round: Round
    private var nextMetrics: Int64 = 0
    var repeats = RepeatGate()
    var loggedDrifts = DriftCounts()
    private var trouble: TroubleReport
    private var status: StatusReport
    /// The last to go: without it libzmq would let in anybody.
    private var admission: Admission

    /// What the engine waits for, besides clients and requests.
    private struct Entries {
        let subscriber: Poller.Entry
        let puller: Poller.Entry
        let publisher: Poller.Entry
        let wakeup: Poller.Entry
    }

    /// Restores what was learned, then opens and binds every socket. Errors: `StoreError`,
    /// `ZeroMQError`, and `Endpoint`'s for a bad address.
    init(
        settings: Settings, rules: [ModelRule], keys: SecurityKeys, facts: ControlFacts,
        control: EngineControl, supervisor: Supervisor, logger: Logger, metrics: Metrics
    ) throws {
        var forecaster = Forecaster(
            rules: rules, seed: settings.engine.seed, limits: settings.limits)
        var forecasts: [(name: [UInt8], payload: [UInt8])] = []
        if !settings.state.directory.isEmpty {
            let folder = try StateFolder(settings.state.directory)
            if settings.state.restore {
                let restoration = try Restoration(
                    from: folder, limits: settings.limits, into: &forecaster,
                    supervisor: supervisor)
                restoration.log(to: logger, folder: folder.path)
                metrics.add(UInt64(restoration.outcome.setAside), to: .streamsQuarantined)
                forecasts = restoration.forecasts
            }
            checkpoints = Checkpoints(
                settings.state, in: folder, control: control, logger: logger, metrics: metrics)
            forecaster.hasStore = true
        }
        let context = try Context()
        var admission = try Admission(keys, in: context)
        let inbox = try Inbox(
            settings, handed: supervisor.handed, &admission, in: context)
        var outbox = try Outbox(
            settings, &admission, in: context, control: control, supervisor: supervisor,
            metrics: metrics)
        for (name, payload) in forecasts { outbox.remember(name, payload) }
        let desk = try ControlDesk(
            settings, facts: facts, in: context, control: control, logger: logger,
            metrics: metrics)
        var poller = Poller()
        entries = Entries(
            subscriber: poller.add(inbox.subscriber), puller: poller.add(inbox.puller),
            publisher: poller.add(outbox.publisher.socket),
            wakeup: poller.add(descriptor: control.wakeup.descriptor))
        desk.join(&poller)
        admission.join(&poller)
        self.control = control
        self.supervisor = supervisor
        self.logger = logger
        self.metrics = metrics
        self.inbox = inbox
        self.outbox = outbox
        self.desk = desk
        self.poller = poller
        crew = Crew(settings, for: forecaster, metrics: metrics)
        round = Round(isShared: settings.engine.threads > 1)
        self.forecaster = forecaster
        if settings.input.reorder > .zero {
            reorderBuffer = ReorderBuffer(
                delayNanoseconds: settings.input.reorder.nanoseconds, limits: settings.limits)
        }
        trouble = TroubleReport(from: SystemClock.monotonic())
        status = StatusReport(from: SystemClock.monotonic())
        self.admission = admission
    }

    /// Where the sockets came to be bound.
    var endpoints: BoundEndpoints {
        BoundEndpoints(
            input: inbox.boundSubscriber.map(\.description),
            pull: inbox.boundPuller.map(\.description),
            output: outbox.boundPublisher.map(\.description),
            control: desk.endpoint?.description)
    }

    /// Serves until told to stop, then drains.
    mutating func run() throws(ZeroMQError) {
        var isBusy = false
        while !control.isStopping { isBusy = try turn(waiting: isBusy ? .zero : longestWait()) }
        supervisor.stopping("Answering what has arrived")
        try drain()
    }

    /// Without messages.
    private func longestWait() -> Duration {
        let heartbeat = supervisor.heartbeatNanoseconds.map { Duration.nanoseconds($0) }
        let checkpoint = checkpoints?.delay(at: SystemClock.monotonic())
        return min(.seconds(1), heartbeat ?? .seconds(1), checkpoint ?? .seconds(1))
    }

    /// A last checkpoint. False when not everything is on the disk.
    mutating func save() throws(ZeroMQError) -> Bool {
        try checkpoints?.finish(&forecaster, outbox, control: control, supervisor: supervisor)
            ?? true
    }

    /// Takes what had arrived when the order to stop came.
    private mutating func drain() throws(ZeroMQError) {
        let deadline = SystemClock.monotonic() + Self.drainNanoseconds
        control.wakeup.clear()
        var isDrained = false
        while !isDrained, SystemClock.monotonic() < deadline {
            let received = inbox.counters.messages
            isDrained = try !turn(waiting: Self.drainSilence) && inbox.counters.messages == received
        }
        if isDrained { isDrained = try answerHeld(until: deadline) }
        if !isDrained { logger.warning("Stopped before all input that had arrived was answered") }
        try updateMetrics()
    }

    /// Answers what `input.reorder` holds. False when the time was too short.
    private mutating func answerHeld(until deadline: Int64) throws(ZeroMQError) -> Bool {
        guard reorderBuffer != nil else { return true }
        reorderBuffer!.flush(into: &batch)
        (answered, arrival) = (0, SystemClock.monotonic())
        while answered < batch.samples.count, SystemClock.monotonic() < deadline {
            try answer(until: deadline)
            try answerRound()
        }
        try outbox.flush()
        return answered == batch.samples.count
    }

    /// One round over the sockets. True when something is left to do at once.
    private mutating func turn(waiting timeout: Duration) throws(ZeroMQError) -> Bool {
        _ = try poller.wait(timeout: timeout)
        if poller.isReadable(entries.wakeup) { control.wakeup.clear() }
        var isBusy = try admission.turn(logger, &repeats)
        for source in Inbox.Source.allCases where hasInput(from: source) {
            if try take(from: source) { isBusy = true }
        }
        if poller.isReadable(entries.publisher) || outbox.isAnswering {
            if try outbox.answerSubscribers() { isBusy = true }
        }
        let now = SystemClock.monotonic()
        // Within a message a stream is ahead of its last published forecast.
        if answered == batch.samples.count,
            checkpoints?.turn(&forecaster, outbox, at: now) ?? false
        {
            isBusy = true
        }
        supervisor.beat(at: now)
        if now >= nextMetrics || desk.wantsMetrics {
            nextMetrics = now + Self.metricsNanoseconds
            try updateMetrics()
            if let report = trouble.due(metrics, at: now) {
                logger.warning("Input was refused or lost", metadata: report)
            }
            tellStatus(at: now)
        }
        // After the metrics, which it tells.
        if try desk.turn(&forecaster, &outbox, &checkpoints, &admission) { isBusy = true }
        return isBusy
    }

    /// Whether messages wait, or a large one is being answered. Asking a socket in vain costs two
    /// system calls.
    private func hasInput(from source: Inbox.Source) -> Bool {
        poller.isReadable(source == .subscriber ? entries.subscriber : entries.puller)
            || answered < batch.samples.count
    }

    /// A slice of what one socket has. True when there is more.
    private mutating func take(from source: Inbox.Source) throws(ZeroMQError) -> Bool {
        var now = SystemClock.monotonic()
        let deadline = now + Self.sliceNanoseconds
        var hasMore = true
        var left = Limits.messagesPerTurn
        while hasMore, left > 0, now < deadline {
            left -= 1
            if answered == batch.samples.count {
                hasMore = try receive(from: source, at: now)
            }
            try answer(until: deadline)
            now = SystemClock.monotonic()
            try outbox.flushOverdue(at: now)
            if answered == batch.samples.count, checkpoints?.isOverdue(at: now) ?? false { break }
        }
        try answerRound()
        try outbox.flush()
        return hasMore
    }

    /// The next message into `batch`. False when nothing waits.
    private mutating func receive(
        from source: Inbox.Source, at now: Int64
    ) throws(ZeroMQError) -> Bool {
        answered = 0
        (arrival, wallClock) = (now, nil)
        switch try inbox.next(from: source, into: &batch) {
        case .none:
            batch.removeAll()
            return false
        case .samples(let refused):
            if let refused { log(refused, at: now) }
            reorderBuffer?.reorder(&batch)
        case .rejected(let why):
            batch.removeAll()
            log(why, at: now)
        }
        return true
    }

    /// Whether samples are gathered: for threads, or to look ahead.
    private var isGathering: Bool {
        mutating get { crew?.isWorthwhile ?? forecaster.isLarge }
    }

    /// Forecasts for the samples of the batch, as far as the time allows. A forecast leaves before
    /// the net is trained.
    private mutating func answer(until deadline: Int64) throws(ZeroMQError) {
        // What has been gathered comes first.
        if round.count > 0 || isGathering { return try gather(until: deadline) }
        while answered < batch.samples.count {
            let sample = batch.samples[answered]
            answered += 1
            readWallClock(for: sample)
            let isSlow = try answer(sample)
            if answered & 15 == 0 || isSlow, SystemClock.monotonic() >= deadline { break }
        }
        if answered == batch.samples.count { try outbox.finishMessage(arrival: arrival) }
    }

    /// The wall clock is read for samples without a time only, once a message.
    mutating func readWallClock(for sample: Sample) {
        if sample.time == nil, wallClock == nil { wallClock = SystemClock.realtime() }
    }

    /// One sample of the batch. True when a stream had to leave or to come back for it.
    mutating func answer(_ sample: Sample) throws(ZeroMQError) -> Bool {
        // One in a few tells what they cost.
        let isMeasured = crew != nil && forecaster.counters.samples & 15 == 0
        let start = isMeasured ? SystemClock.monotonic() : 0
        var observation = forecaster.observe(
            sample, in: batch, arrivalTime: wallClock ?? 0, into: &forecast)
        var isSlow = false
        while case .needs(let need) = observation {
            isSlow = true
            if let refusal = try provide(need, for: sample) {
                forecaster.refuse(refusal)
                observation = .rejected(refusal)
            } else {
                observation = forecaster.observe(
                    sample, in: batch, arrivalTime: wallClock ?? 0, into: &forecast)
            }
        }
        if case .forecast(let stream, let updateIsDue) = observation {
            try outbox.add(forecast, arrival: arrival)
            if updateIsDue { try train(stream) }
            logDrifts()
        }
        if isMeasured, !isSlow {
            crew?.measured(nanoseconds: SystemClock.monotonic() - start, samples: 1)
        }
        return isSlow
    }

    private mutating func train(_ stream: StreamIndex) throws(ZeroMQError) {
        try outbox.flush()
        let start = SystemClock.monotonic()
        forecaster.train(stream)
        metrics.updateDuration.record(nanoseconds: SystemClock.monotonic() - start)
    }

    /// Says why input was refused, each reason at most once a minute.
    private mutating func log(_ refusal: WireError, at now: Int64) {
        guard let suppressed = repeats.admit(refusal.label, at: now) else { return }
        logger.warning(
            "Refused input",
            metadata: [
                "reason": "\(refusal.label)", "why": "\(refusal)", "more": "\(suppressed)",
            ])
    }

    /// Says that the newest forecast's stream has changed for good.
    private mutating func logDrifts() {
        let drifts = forecaster.counters.drifts
        guard drifts != loggedDrifts else { return }
        log(drifts.since(loggedDrifts), of: forecast.name)
        loggedDrifts = drifts
    }

    /// Says that a stream has changed for good, each kind at most once a minute.
    mutating func log(_ drifts: DriftCounts, of name: [UInt8]) {
        for drift in Drift.allCases where drifts[drift] > 0 {
            let event = "drift \(drift.label)"
            guard let more = repeats.admit(event, at: SystemClock.monotonic()) else { continue }
            logger.notice(
                "A series has changed",
                metadata: [
                    "kind": "\(drift.label)",
                    "stream": "\(String(decoding: name, as: UTF8.self))", "more": "\(more)",
                ])
        }
    }

    private mutating func tellStatus(at now: Int64) {
        guard supervisor.isListening, !control.isStopping else { return }
        let line = status.due(
            metrics, streams: forecaster.streamCount, at: now,
            realTimeSeconds: SystemClock.realtime() / 1_000_000_000)
        if let line { supervisor.status(line) }
    }

    private mutating func updateMetrics() throws(ZeroMQError) {
        try inbox.updateMonitors()
        try outbox.updateMonitor()
        EngineMetrics.update(
            metrics, inbox: inbox, outbox: outbox, forecaster: forecaster.counters)
        metrics.raise(.clientsRefused, "unknown_key", to: admission.refused)
        metrics.set(.memoryModel, to: UInt64(forecaster.memoryBytes))
        metrics.raise(.samplesReordered, to: reorderBuffer?.reordered ?? 0)
    }
}

extension Duration {
    /// Whole nanoseconds; less than 292 years.
    var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
