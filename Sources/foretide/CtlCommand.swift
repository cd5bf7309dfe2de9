import ArgumentParser
import Daemon
import Wire

struct CtlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ctl",
        abstract: "Ask a running daemon, or tell it to do something.",
        discussion: """
            Through its control socket (control.bind; docs/control.md). Exits with 69 when nobody \
            answers.
            """,
        subcommands: [
            Status.self, Checkpoint.self, Reload.self, Stop.self, ForecastOf.self,
        ])

    /// Asks, and prints the answer.
    static func ask(
        _ request: JSONValue, _ options: ControlOptions, patience: Double = 5,
        _ text: (JSONValue) -> String
    ) throws {
        var client = try options.connect(patience: patience)
        let result = try client.ask(request).result
        try StandardOutput.write(options.json ? result.text + "\n" : text(result))
    }

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how the daemon is doing.")

        @OptionGroup var options: ControlOptions

        func run() throws {
            try CtlCommand.ask(["command": "status"], options, ControlText.status)
        }
    }

    struct Checkpoint: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write what was learned to the disk now, and wait until it is there.")

        @OptionGroup var options: ControlOptions

        func run() throws {
            try CtlCommand.ask(
                ["command": "checkpoint"], options, patience: 60, ControlText.checkpoint)
        }
    }

    struct Reload: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have the settings read anew, and wait until they are in use.",
            discussion: """
                The daemon reads its file again, with its own environment and command line. With \
                mistakes in it the old settings stay, the mistakes are printed, and the exit code \
                is 78. Settings that need a restart stay as they are, and are named.
                """)

        @OptionGroup var options: ControlOptions

        func run() throws {
            try CtlCommand.ask(["command": "reload"], options, patience: 60, ControlText.reload)
        }
    }

    struct Stop: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End the daemon in an orderly way.",
            discussion: "Under systemd use `systemctl stop foretide`, else it is started again.")

        @OptionGroup var options: ControlOptions

        func run() throws {
            try CtlCommand.ask(["command": "stop"], options) { _ in "stopping\n" }
        }
    }

    struct ForecastOf: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "forecast", abstract: "Show the newest forecast of a stream.")

        @Argument(help: ArgumentHelp("The stream's exact name.", valueName: "stream"))
        var stream: String

        @Option(help: "Forecast so many values ahead.")
        var horizon: Int?

        @OptionGroup var options: ControlOptions

        func run() throws {
            var members: [JSONValue.Member] = [
                .init("command", "forecast"), .init("stream", .string(stream)),
            ]
            if let horizon { members.append(.init("horizon", .integer(Int64(horizon)))) }
            try CtlCommand.ask(.object(members), options, ControlText.lines)
        }
    }
}
