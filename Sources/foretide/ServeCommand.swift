import ArgumentParser
import Daemon
import FoundationEssentials
import Settings

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the daemon.",
        discussion: """
            Without a configuration file it takes samples on tcp://127.0.0.1:5555 (publishers) and \
            5557 (pushers) and publishes forecasts on 5556. SIGTERM, SIGINT and SIGHUP end it \
            within a second: what has arrived still gets its forecast, as far as 0.4 seconds go. \
            Under systemd it says when it is ready and that it is alive (docs/operating.md).
            """)

    @OptionGroup var source: SettingsOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        ServiceEnvironment.forget()
        let settings = try source.load(environment)
        let logger = Server.logger(
            settings.log, journalStream: environment["JOURNAL_STREAM"])
        let handed = try HandedSockets(environment: environment, settings: settings)
        try await Server.run(
            settings, logger, stateDirectory: environment["STATE_DIRECTORY"],
            supervisor: Supervisor(environment: environment, handed: handed))
    }
}
