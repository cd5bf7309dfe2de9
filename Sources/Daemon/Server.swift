import Glibc
package import Logging
import ServiceLifecycle
package import Settings
package import Telemetry

/// `foretide serve`: the engine until SIGTERM or SIGINT.
package enum Server {
    /// The log of this process as the settings want it.
    /// - Parameters:
    ///   - threshold: what is logged; may change.
    ///   - journalStream: the environment variable JOURNAL_STREAM.
    package static func logger(
        _ log: Settings.Log, threshold: LogThreshold, journalStream: String?
    ) -> Logger {
        let handler = ForetideLogHandler(
            format: log.format == .json ? .json : .text, threshold: threshold,
            forJournal: StandardError.isJournal(journalStream))
        return Logger(label: "foretide") { _ in handler }
    }

    /// Serves, and returns after an orderly end. Errors: `DaemonError`.
    /// - Parameters:
    ///   - source: where the settings come from, at the start and at each reload.
    ///   - environment: RUNTIME_DIRECTORY, STATE_DIRECTORY and what the supervisor sets are read.
    package static func run(
        _ source: SettingsSource, environment: [String: String]
    ) async throws {
        let settings = try load(source, environment)
        let threshold = LogThreshold(settings.log.loggerLevel)
        let logger = logger(
            settings.log, threshold: threshold, journalStream: environment["JOURNAL_STREAM"])
        let handed = try HandedSockets(environment: environment, settings: settings)
        let supervisor = Supervisor(environment: environment, handed: handed)
        var facts = ControlFacts()
        facts.automaticAddress = ControlAddress.automatic(environment)
        facts.reload = SettingsReload(path: source.path, threshold: threshold) {
            () throws(DaemonError) in try load(source, environment)
        }
        if let problem = supervisor.problem {
            logger.warning("Cannot tell the supervisor anything", metadata: ["why": "\(problem)"])
        }
        // A limit on the size of files is an error of the write then (EFBIG), not the end.
        signal(SIGXFSZ, SIG_IGN)
        let engine = try EngineService(
            settings: settings, logger: logger, supervisor: supervisor, facts: facts)
        ServiceSignals.act(
            stop: { engine.requestStop() }, reload: { engine.requestReload() })
        // What the group itself has to say is of no interest to an operator.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .error)
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: engine, successTerminationBehavior: .gracefullyShutdownGroup)
                ], logger: quiet))
        try await group.run()
    }

    /// With what the environment says where the settings say nothing.
    private static func load(
        _ source: SettingsSource, _ environment: [String: String]
    ) throws(DaemonError) -> Settings {
        var settings = try source.load()
        if settings.state.directory.isEmpty, let folders = environment["STATE_DIRECTORY"] {
            // Of several, which a colon separates, the first.
            settings.state.directory = String(folders.prefix { $0 != ":" })
        }
        SecurityKeys.resolve(
            &settings.security, credentials: environment["CREDENTIALS_DIRECTORY"])
        return settings
    }
}
