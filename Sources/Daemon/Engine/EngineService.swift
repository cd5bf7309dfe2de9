import Forecasting
package import Logging
import ServiceLifecycle
package import Settings
import Store
package import Telemetry
import Synchronization
import Transport

/// Where the engine listens, with the ports that the system chose.
package struct BoundEndpoints: Sendable, Equatable {
    /// `input.bind`, `input.pull_bind`, `output.bind`.
    package var input: [String]
    package var pull: [String]
    package var output: [String]
    /// `control.bind`, nil where there is none.
    package var control: String?
}

/// The engine as a service: starts its thread, and returns when that has drained and ended.
package final class EngineService: Service {
    private let settings: Settings
    private let logger: Logger
    private let keys: SecurityKeys
    private let rules: [ModelRule]
    private let supervisor: Supervisor
    private let facts: ControlFacts
    private let control: EngineControl
    /// What the engine counts; complete when `run` returns.
    package let metrics = EngineMetrics.make()
    private let readiness = AsyncStream<BoundEndpoints>.makeStream()

    /// - Parameter supervisor: is told what the engine is doing.
    package init(
        settings: Settings, logger: Logger, supervisor: Supervisor = .none,
        facts: ControlFacts = ControlFacts()
    ) throws {
        try settings.engine.useInstructionSet()
        keys = try SecurityKeys(settings.security)
        rules = try settings.forecasterRules()
        self.settings = settings
        self.logger = logger
        self.supervisor = supervisor
        self.facts = facts
        do { control = try EngineControl() } catch { throw DaemonError(.internal, "\(error)") }
    }

    /// Where it listens, once it does; nil when it could not. To be asked once.
    package var ready: BoundEndpoints? {
        get async {
            for await endpoints in readiness.stream { return endpoints }
            return nil
        }
    }

    /// Asks for an orderly end; `run` returns after it. From any thread, at any time.
    package func requestStop() { control.requestStop() }

    /// Reads the settings anew, as `ControlFacts.reload` says. What comes of it is in the log and
    /// the metrics. From any thread, at any time.
    package func requestReload() { control.requestReload() }

    /// Serves until graceful shutdown. Throws `DaemonError` when a socket cannot be opened.
    package func run() async throws {
        let (settings, logger, control, metrics) = (settings, logger, control, metrics)
        let (supervisor, facts, keys, rules) = (supervisor, facts, keys, rules)
        let announce = readiness.continuation
        defer { announce.finish() }
        try await withGracefulShutdownHandler {
            try await withCheckedThrowingContinuation { continuation in
                OwnThread.start(name: "foretide-engine") {
                    let result = Result {
                        try Self.serve(
                            settings, rules, keys, facts, control, supervisor, logger, metrics
                        ) {
                            announce.yield($0)
                        }
                    }
                    continuation.resume(with: result)
                }
            }
        } onGracefulShutdown: {
            control.requestStop()
        }
    }

    /// The whole life of the engine's thread.
    private static func serve(
        _ settings: Settings, _ rules: [ModelRule], _ keys: SecurityKeys, _ facts: ControlFacts,
        _ control: EngineControl, _ supervisor: Supervisor, _ logger: Logger, _ metrics: Metrics,
        announce: (BoundEndpoints) -> Void
    ) throws {
        do {
            var engine = try EngineLoop(
                settings: settings, rules: rules, keys: keys, facts: facts, control: control,
                supervisor: supervisor, logger: logger, metrics: metrics)
            let endpoints = engine.endpoints
            logger.notice("Ready", metadata: metadata(endpoints, settings))
            supervisor.ready("Serving")
            announce(endpoints)
            try engine.run()
            let isSaved = try engine.save()
            logger.notice("Stopped", metadata: metrics.summary)
            if !isSaved {
                throw DaemonError(
                    .inputOutput, "\(settings.state.directory): the state could not be written")
            }
        } catch let error as StoreError {
            throw DaemonError(error)
        } catch let error as ZeroMQError {
            throw DaemonError(.unavailable, "\(error)")
        }
    }

    private static func metadata(
        _ endpoints: BoundEndpoints, _ settings: Settings
    ) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "input": list(endpoints.input + settings.input.connect),
            "pull": list(endpoints.pull),
            "output": list(endpoints.output + settings.output.connect),
        ]
        if let control = endpoints.control { metadata["control"] = "\(control)" }
        return metadata
    }

    private static func list(_ endpoints: [String]) -> Logger.MetadataValue {
        "\(endpoints.joined(separator: " "))"
    }
}
