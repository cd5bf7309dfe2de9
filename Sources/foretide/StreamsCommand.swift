import ArgumentParser
import Daemon
import FoundationEssentials
import Series
import Settings
import Wire

struct StreamsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "streams",
        abstract: "List, show, reset, forget, export and import streams.",
        discussion: """
            Of a running daemon through its control socket, or with --state of a state folder. A \
            folder that a daemon uses can be read, and not changed.

              foretide streams list
              foretide streams show plant/boiler1/temp --state /var/lib/foretide
              foretide streams export --all --output backup
              foretide streams import backup --state /var/lib/other

            Files are safetensors: the nets by PyTorch's names, and the exact state, from which \
            a stream goes on as if nothing had happened (docs/control.md).
            """,
        subcommands: [
            List.self, Show.self, Reset.self, Forget.self, Export.self, Import.self,
        ])
}

/// Where the streams are.
struct StreamsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A state folder instead of a running daemon.", valueName: "folder"))
    var state: String?

    @OptionGroup var control: ControlOptions

    func validate() throws {
        if state != nil, control.endpoint != nil {
            throw ValidationError("expected either --state or --endpoint")
        }
    }

    /// Errors: 69 no daemon, 78 mistakes in the settings.
    func open() throws -> StreamsAccess {
        guard let state else { return StreamsAccess(try control.connect(patience: 30)) }
        let settings = try control.source.load(ProcessInfo.processInfo.environment)
        return StreamsAccess(StreamFolder(state, settings))
    }
}

extension StreamsCommand {
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the streams, with the time and seq that each has come to.",
            discussion: """
                Of a running daemon also those that have left memory for the disk (in_memory is \
                false). With --json one array of objects.
                """)

        @OptionGroup var options: StreamsOptions

        func run() throws {
            var access = try options.open()
            let streams = try access.list()
            try StandardOutput.write(
                options.control.json
                    ? JSONValue.array(streams).text + "\n" : ControlText.table(streams))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a stream: its numbers, its settings, its newest forecast.")

        @Argument(help: ArgumentHelp("The stream's exact name.", valueName: "stream"))
        var stream: String

        @OptionGroup var options: StreamsOptions

        func run() throws {
            var access = try options.open()
            let shown = try access.show(stream)
            try StandardOutput.write(
                options.control.json ? shown.text + "\n" : ControlText.lines(shown))
        }
    }

    struct Reset: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let streams begin anew, as new ones do; their sequence numbers go on.")

        @Argument(help: ArgumentHelp("Exact names.", valueName: "stream"))
        var streams: [String]

        @OptionGroup var options: StreamsOptions

        func run() throws {
            var access = try options.open()
            try access.reset(streams)
        }
    }

    struct Forget: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete streams from memory and from the disk.",
            discussion: "When a sample of one comes again, it is a new stream.")

        @Argument(help: ArgumentHelp("Exact names.", valueName: "stream"))
        var streams: [String]

        @OptionGroup var options: StreamsOptions

        func run() throws {
            var access = try options.open()
            try access.forget(streams)
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write streams as safetensors files.",
            discussion: """
                One stream goes to --output, a file, or - for standard output; without it to a \
                file named for the stream in the present folder. Several go to the folder \
                --output, a file each. Prints the paths.
                """)

        @Argument(help: ArgumentHelp("Exact names.", valueName: "stream"))
        var streams: [String] = []

        @Flag(help: "Every stream.")
        var all = false

        @Option(name: [.short, .long], help: ArgumentHelp("Where to.", valueName: "path"))
        var output: String?

        @OptionGroup var options: StreamsOptions

        func validate() throws {
            guard streams.isEmpty == all else {
                throw ValidationError("expected names of streams, or --all")
            }
            if output == nil, all || streams.count > 1 {
                throw ValidationError("expected --output, the folder for the files")
            }
            if output == "-", all || streams.count > 1 {
                throw ValidationError("--output -: expected one stream")
            }
        }

        func run() throws {
            var access = try options.open()
            let names = all ? try access.list().compactMap { $0["stream"]?.string } : streams
            let isFolder = all || names.count > 1 || output.map(FileContents.isFolder) ?? false
            if isFolder { try FileContents.makeFolder(output ?? ".") }
            for name in names {
                let file = try access.export(name)
                if output == "-" {
                    try StandardOutput.write(file)
                    continue
                }
                let fileName = StreamFile.fileName(of: Array(name.utf8))
                let path = isFolder ? "\(output ?? ".")/\(fileName)" : output ?? fileName
                try FileContents.write(file, to: path)
                try StandardOutput.write(path + "\n")
            }
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take in streams from safetensors files.",
            discussion: """
                A folder stands for all .safetensors files in it. A damaged file is refused. \
                Prints the names of the streams.
                """)

        @Argument(help: ArgumentHelp("Files or folders.", valueName: "path"))
        var paths: [String]

        @Option(help: "Another name for the stream; for one file.")
        var name: String?

        @Flag(help: "Take the place of streams that are there.")
        var replace = false

        @OptionGroup var options: StreamsOptions

        func run() throws {
            var files: [String] = []
            for path in paths {
                files +=
                    FileContents.isFolder(path)
                    ? try FileContents.files(in: path, suffix: StreamFile.suffix) : [path]
            }
            if name != nil, files.count != 1 {
                throw ValidationError("--name is for one file, not \(files.count)")
            }
            var access = try options.open()
            try access.import(
                files.map { StreamFolder.File(path: $0, name: name) }, replace: replace
            ) { name throws(DaemonError) in try StandardOutput.write(name + "\n") }
        }
    }
}
