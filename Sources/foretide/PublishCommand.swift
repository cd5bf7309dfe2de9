import ArgumentParser
import Daemon
import Evaluation
import Telemetry
import Wire

struct PublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Send a CSV file or synthetic sensors to a daemon.",
        discussion: """
            In a CSV file every column of numbers is a stream; header, delimiter and the column \
            with the time are found by themselves.

            Kinds of sensors: sine, square, walk, machine, counter, chaos, and demo for the six of \
            `foretide demo`. Parameters follow a colon:

              foretide publish --synthetic sine:period=50,noise=0.3,streams=20 --rate 250
              foretide publish --synthetic square:period=30,walk --count 1000
              foretide publish plant.csv --column temp --rate max

            Nothing gets lost: samples wait until the daemon listens and when it falls behind.
            """)

    @Argument(help: "A CSV file, or - for standard input.")
    var file: String?

    @Option(help: ArgumentHelp("Sensors to make up.", valueName: "spec"))
    var synthetic: String?

    @Option(help: "Seed of the synthetic sensors.")
    var seed: UInt64 = 1

    @Option(
        name: .long, parsing: .singleValue,
        help: "A column to send, by name or by number from 1; may be repeated.")
    var column: [String] = []

    @OptionGroup var inputs: InputColumnOptions

    @Option(help: "The column with the time.")
    var timeColumn: String?

    @Option(parsing: .unconditional, help: "Samples of each stream per second, or max.")
    var rate = "10"

    @Option(parsing: .unconditional, help: "End after so many samples of each stream.")
    var count: Int?

    @Option(name: [.short, .long], help: "Where the daemon has its input.")
    var endpoint = "tcp://127.0.0.1:5555"

    @Flag(help: "Bind the endpoint; the daemon connects to it (input.connect).")
    var bind = false

    @Option(help: "How samples are written: json, msgpack, binary or text.")
    var format = "json"

    @Option(parsing: .unconditional, help: "Samples of one stream in one message.")
    var batch = 1

    @Option(help: "Put before the name of every stream.")
    var prefix = ""

    @OptionGroup var curve: CurveOptions

    func validate() throws {
        guard (file == nil) != (synthetic == nil) else {
            throw ValidationError("expected either a CSV file or --synthetic with a kind of sensor")
        }
        if synthetic != nil, !(column + inputs.inputColumn).isEmpty || timeColumn != nil {
            throw ValidationError("--column, --input-column and --time-column are for CSV files")
        }
        if bind, !curve.serverKey.isEmpty {
            throw ValidationError("--bind is for a daemon that connects without keys")
        }
        _ = try sensors
        _ = try perSecond
        _ = try wireFormat
        if let count, count < 1 {
            throw ValidationError("--count \(count): expected a whole number from 1")
        }
        guard (1...10_000).contains(batch) else {
            throw ValidationError("--batch \(batch): expected a whole number 1…10000")
        }
    }

    func run() throws {
        Interruption.install()
        var options = Feed.Options()
        options.publisher.endpoint = endpoint
        options.publisher.binds = bind
        options.publisher.curve = try SecurityKeys.identity(
            serverKey: curve.serverKey, secretKeyFile: curve.secretKeyFile)
        options.publisher.format = try wireFormat
        options.publisher.batch = batch
        options.publisher.notice = { StandardError.write($0 + "\n") }
        options.perSecond = try perSecond
        options.count = count
        options.prefix = prefix
        let report = try Feed(try source, options: options).run(
            isStopping: { Interruption.isRequested },
            onStart: { count in
                let streams = count == 1 ? "1 stream" : "\(count) streams"
                StandardError.write("Sending \(streams) to \(endpoint)\n")
            })
        StandardError.write("\(report)\n")
    }

    private var source: Feed.Source {
        get throws {
            if let sensors = try sensors { return .sensors(sensors.sensors(seed: seed)) }
            var columns = CSVReader.Options()
            columns.columns = column
            columns.inputColumns = inputs.inputColumn
            columns.timeColumn = timeColumn
            return .file(path: file ?? "-", columns)
        }
    }

    private var sensors: SyntheticSpec? {
        get throws {
            guard let synthetic else { return nil }
            do {
                return try SyntheticSpec(synthetic)
            } catch {
                throw ValidationError("--synthetic \(synthetic): \(error)")
            }
        }
    }

    private var perSecond: Double? {
        get throws {
            if rate == "max" { return nil }
            if let number = Double(rate), number > 0, number <= 1e9 { return number }
            throw ValidationError("--rate \(rate): expected a number above 0, or max")
        }
    }

    private var wireFormat: InputFormat {
        get throws {
            let known: [InputFormat] = [.json, .messagePack, .binary, .text]
            if let format = known.first(where: { $0.rawValue == format }) { return format }
            let names = known.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--format \(format): expected one of \(names)")
        }
    }
}
