import Daemon
import Logging
import Series
import ServiceLifecycle
import Settings
import Telemetry
import Testing
import Transport
import Wire

/// An engine that serves in this process, on ports that the system chose.
struct RunningEngine: Sendable {
    let endpoints: BoundEndpoints
    let metrics: Metrics

    /// Runs `body` against an engine, stops the engine, and returns when it has drained.
    /// - Parameters:
    ///   - change: what differs from the default settings.
    ///   - reload: how it reads its settings anew, given those that it began with.
    static func serve(
        _ change: (inout Settings) -> Void = { _ in },
        reload: (@Sendable (Settings) throws(DaemonError) -> Settings)? = nil,
        _ body: @escaping @Sendable (RunningEngine) async throws -> Void
    ) async throws {
        var settings = Settings()
        settings.input.bind = ["tcp://127.0.0.1:*"]
        settings.input.pullBind = ["tcp://127.0.0.1:*"]
        settings.output.bind = ["tcp://127.0.0.1:*"]
        change(&settings)
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var facts = ControlFacts()
        if let reload {
            let begun = settings
            facts.reload = SettingsReload(path: nil, threshold: LogThreshold(.info)) {
                () throws(DaemonError) in try reload(begun)
            }
        }
        let service = try EngineService(settings: settings, logger: quiet, facts: facts)
        // A client may stop it too.
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(
                        service: service, successTerminationBehavior: .gracefullyShutdownGroup)
                ], logger: quiet))
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            if let endpoints = await service.ready {
                let engine = RunningEngine(endpoints: endpoints, metrics: service.metrics)
                defer { tasks.addTask { await group.triggerGracefulShutdown() } }
                try await body(engine)
            }
            try await tasks.waitForAll()
        }
    }
}

/// A feed and a subscriber of one engine, of one thread.
struct Client: ~Copyable {
    static let patience = Duration.seconds(30)
    private let feed: Socket
    private let forecasts: Socket
    private var message = Message(capacity: 2)
    private var decoder = ForecastDecoder()
    private var poller = Poller()

    /// Pushes, so that nothing is lost while the connection is made.
    init(_ engine: RunningEngine, subscribe prefix: String = "") throws {
        let context = try Context()
        let feed = try Socket(.push, in: context)
        let forecasts = try Socket(.subscribe, in: context)
        try feed.connect(Endpoint(engine.endpoints.pull[0]))
        try forecasts.subscribe(prefix)
        try forecasts.connect(Endpoint(engine.endpoints.output[0]))
        var poller = Poller()
        _ = poller.add(forecasts)
        self.feed = feed
        self.forecasts = forecasts
        self.poller = poller
    }

    func send(_ frames: String...) throws {
        for (index, frame) in frames.enumerated() {
            let bytes = Array(frame.utf8)
            let isSent = try feed.send(bytes.span, more: index < frames.count - 1)
            try #require(isSent, "the queue of the feed is full")
        }
    }

    /// The next forecast, or nil when none comes in time.
    mutating func receive(within time: Duration = Client.patience) throws -> Forecast? {
        let end = ContinuousClock.now + time
        while try forecasts.receive(into: &message) != .message {
            let rest = end - ContinuousClock.now
            if rest <= .zero { return nil }
            _ = try poller.wait(timeout: rest)
        }
        return try Self.decode(message, with: &decoder)
    }

    private static func decode(
        _ message: borrowing Message, with decoder: inout ForecastDecoder
    ) throws -> Forecast? {
        try decoder.decode(topic: message[0], payload: message[1]).first
    }

    /// Waits until the subscription works: sends to a stream called `probe` until it is answered.
    mutating func join() throws {
        let end = ContinuousClock.now + Client.patience
        while ContinuousClock.now < end {
            try send(#"{"stream":"probe","value":1}"#)
            if try receive(within: .milliseconds(50)) != nil { break }
        }
        while try receive(within: .milliseconds(100)) != nil {}
    }
}

/// A value that a concurrent closure leaves for its caller, who has waited for its end.
actor Kept<Value: Sendable> {
    private(set) var value: Value?

    func keep(_ value: Value) { self.value = value }
}
