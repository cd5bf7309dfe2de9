import ArgumentParser
import Daemon
import FoundationEssentials
import Settings

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a configuration and name every mistake.",
        discussion: """
            Exits with 0 when all is well, and says what a stream of each kind takes in memory; \
            with 78 when something is not.
            """)

    @Argument(help: "The configuration file, in TOML (or FORETIDE_CONFIG).")
    var file: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("A setting, as `serve` takes it.", valueName: "key=value"))
    var set: [String] = []

    @Flag(help: "Leave the variables FORETIDE_... of the environment out.")
    var noEnvironment = false

    func run() throws {
        let environment = noEnvironment ? [:] : ProcessInfo.processInfo.environment
        let path = file ?? environment["FORETIDE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let settings = try SettingsSource(
            path: path, environment: environment, commandLine: set
        ).load()
        try SecurityKeys.check(settings.security)
        _ = try settings.forecasterRules()
        try StandardOutput.write(
            "\(path ?? "The configuration"): no mistakes\n" + MemoryEstimate(settings).text)
    }
}
