import ArgumentParser
import Daemon
import Telemetry

/// The command line. Every command is a file of this folder; what it does is in Daemon.
@main
struct Main: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "foretide",
        abstract: "Learns the streams of a ZeroMQ feed online and publishes forecasts of them.",
        discussion: """
            Start with `foretide demo`. Then run `foretide serve`, send it samples on \
            tcp://127.0.0.1:5555, and read forecasts from tcp://127.0.0.1:5556.
            """,
        version: Program.version,
        subcommands: [
            ServeCommand.self, DemoCommand.self, PublishCommand.self, WatchCommand.self,
            ReplayCommand.self, FitCommand.self, CtlCommand.self, StreamsCommand.self,
            CheckCommand.self,
            ConfigCommand.self, KeygenCommand.self, BenchCommand.self,
        ])

    /// Ends with the exit code of sysexits.h that says what went wrong.
    static func main() async {
        ServiceSignals.hold()
        do {
            var command = try parseAsRoot()
            if !(command is ServeCommand) { ServiceSignals.release() }
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as DaemonError {
            StandardError.complain("foretide: \(error)")
            exit(withError: ExitCode(error.code.rawValue))
        } catch let error where exitCode(for: error) == .validationFailure {
            let message = fullMessage(for: error)
            let start = message.hasPrefix("Error: ") ? "Error: ".count : 0
            StandardError.complain("foretide: \(message.dropFirst(start))")
            exit(withError: ExitCode.validationFailure)
        } catch {
            exit(withError: error)
        }
    }
}
