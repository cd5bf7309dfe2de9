import ArgumentParser
import Daemon
import FoundationEssentials

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the daemon.",
        discussion: """
            Without a configuration file it takes samples on tcp://127.0.0.1:5555 (publishers) and \
            5557 (pushers) and publishes forecasts on 5556. SIGTERM and SIGINT end it within \
            a second: what has arrived still gets its forecast, as far as 0.4 seconds go. SIGHUP \
            reads the settings anew, as `foretide ctl reload` does. \
            Under systemd it says when it is ready and that it is alive (docs/operating.md).
            """)

    @OptionGroup var warmStart: WarmStartOptions

    @OptionGroup var source: SettingsOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        var source = source
        source.set += warmStart.assignments
        ServiceEnvironment.forget()
        try await Server.run(source.source(environment), environment: environment)
    }
}
