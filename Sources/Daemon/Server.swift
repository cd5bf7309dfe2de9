import Glibc
package import Logging
import ServiceLifecycle
package import Settings
import Telemetry

/// `foretide serve`: the engine until SIGTERM or SIGINT.
package enum Server {
    /// The log of this process as the settings want it.
    /// - Parameter journalStream: the environment variable JOURNAL_STREAM.
    package static func logger(_ log: Settings.Log, journalStream: String?) -> Logger {
        let handler = ForetideLogHandler(
            format: log.format == .json ? .json : .text,
            level: Logger.Level(rawValue: log.level.rawValue) ?? .info,
            forJournal: StandardError.isJournal(journalStream))
        return Logger(label: "foretide") { _ in handler }
    }

    /// Serves, and returns after an orderly end. Errors: `DaemonError`.
    /// - Parameters:
    ///   - stateDirectory: the environment variable STATE_DIRECTORY of systemd: used where the
    ///     settings give none.
    ///   - supervisor: is told what goes on.
    ///   - reload: what SIGHUP asks for; nil: an orderly end too.
    package static func run(
        _ settings: Settings, _ logger: Logger, stateDirectory: String? = nil,
        supervisor: Supervisor = .none, reload: (@Sendable () -> Void)? = nil
    ) async throws {
        var settings = settings
        if settings.state.directory.isEmpty, let stateDirectory {
            // Of several, which a colon separates, the first.
            settings.state.directory = String(stateDirectory.prefix { $0 != ":" })
        }
        if let problem = supervisor.problem {
            logger.warning("Cannot tell the supervisor anything", metadata: ["why": "\(problem)"])
        }
        // A limit on the size of files is an error of the write then (EFBIG), not the end.
        signal(SIGXFSZ, SIG_IGN)
        let engine = try EngineService(settings: settings, logger: logger, supervisor: supervisor)
        ServiceSignals.act(
            stop: { engine.requestStop() }, reload: reload ?? { engine.requestStop() })
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
}
