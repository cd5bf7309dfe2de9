import ArgumentParser
import Daemon
import FoundationEssentials

struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch live forecasts in the terminal.",
        discussion: """
            Charts in a terminal, a line a second elsewhere, every forecast with --json. Ctrl-C or \
            q ends it with a table of how good the forecasts were.
            """)

    @Argument(help: ArgumentHelp("Streams to watch, by their exact names.", valueName: "stream"))
    var streams: [String] = []

    @Option(name: [.short, .long], help: "Where the daemon has its output.")
    var endpoint = "tcp://127.0.0.1:5556"

    @Flag(help: "Print every forecast as one line of JSON.")
    var json = false

    @Option(parsing: .unconditional, help: "End after so many forecasts.")
    var count: Int?

    @Option(parsing: .unconditional, help: "End after so many seconds.")
    var seconds: Double?

    @OptionGroup var curve: CurveOptions

    func validate() throws {
        if let count, count < 1 {
            throw ValidationError("--count \(count): expected a whole number from 1")
        }
        if let seconds, !(seconds > 0) {
            throw ValidationError("--seconds \(seconds): expected a number above 0")
        }
    }

    func run() throws {
        Interruption.install()
        var options = Watch.Options()
        options.endpoint = endpoint
        options.curve = try SecurityKeys.identity(
            serverKey: curve.serverKey, secretKeyFile: curve.secretKeyFile)
        options.streams = streams
        options.count = count
        options.seconds = seconds
        let mode = TerminalMode(
            isTerminal: StandardOutput.isTerminal,
            environment: ProcessInfo.processInfo.environment)
        options.style = json ? .json : .live(mode)
        try Watch(options).run { Interruption.isRequested }
    }
}
