import ArgumentParser
import Daemon
import FoundationEssentials

/// Where the running daemon is, and how its answers are shown.
struct ControlOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The control socket: ipc://PATH. Else control.bind of the settings, else the usual"
                + " places.", valueName: "endpoint"))
    var endpoint: String?

    @OptionGroup var source: SettingsOptions

    @Option(parsing: .unconditional, help: "Seconds to wait for an answer.")
    var timeout: Double?

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func validate() throws {
        if let timeout, !(timeout > 0 && timeout <= 86_400) {
            throw ValidationError("--timeout \(timeout): expected a number above 0, at most 86400")
        }
    }

    /// Error: 69 when there is none.
    func connect(patience: Double = 5) throws -> ControlClient {
        Interruption.install()
        let environment = ProcessInfo.processInfo.environment
        let place = try ControlAddress.find(
            endpoint, source: source.source(environment), environment: environment)
        return try ControlClient(place, patience: .seconds(timeout ?? patience))
    }
}
