import ArgumentParser
import Daemon
import FoundationEssentials

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show the whole thing: six synthetic sensors, forecasts, a live view.",
        discussion: """
            Runs until Ctrl-C or q; where the output is no terminal, for 30 seconds. Ends with a \
            table of how good the forecasts were.
            """)

    @Option(parsing: .unconditional, help: "End after so many seconds.")
    var seconds: Double?

    @Option(parsing: .unconditional, help: "Samples of each sensor per second.")
    var rate = 40.0

    @Option(help: "Another seed, other sensors.")
    var seed: UInt64 = 1

    func validate() throws {
        if let seconds, !(seconds > 0) {
            throw ValidationError("--seconds \(seconds): expected a number above 0")
        }
        guard rate > 0, rate <= 100_000 else {
            throw ValidationError("--rate \(rate): expected a number above 0, at most 100000")
        }
    }

    func run() async throws {
        Interruption.install()
        var options = Demonstration.Options()
        options.mode = TerminalMode(
            isTerminal: StandardOutput.isTerminal,
            environment: ProcessInfo.processInfo.environment)
        options.seconds = seconds ?? (StandardOutput.isTerminal ? nil : 30)
        options.perSecond = rate
        options.seed = seed
        try await Demonstration(options).run()
    }
}
