import ArgumentParser
import Daemon
import Settings

/// Where a command takes its settings from.
struct SettingsOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The configuration file, in TOML (or FORETIDE_CONFIG). `foretide config` prints one.",
            valueName: "file"))
    var config: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "A setting, before file and environment; may be repeated.", valueName: "key=value"))
    var set: [String] = []

    func source(_ environment: [String: String]) -> SettingsSource {
        let path = config ?? environment["FORETIDE_CONFIG"]
        return SettingsSource(
            path: path.flatMap { $0.isEmpty ? nil : $0 }, environment: environment,
            commandLine: set)
    }

    /// Errors: 66 no such file, 78 for mistakes in the settings.
    func load(_ environment: [String: String]) throws -> Settings {
        try source(environment).load()
    }
}
