import ArgumentParser
import Daemon
import Evaluation
import Forecasting
import FoundationEssentials
import Glibc
import Settings
import Telemetry

struct FitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Learn from a history in a CSV file what new streams shall begin with.",
        discussion: """
            Every column of numbers is a series, as for `replay`. Its net learns the history by \
            epochs, least squares and the rest in two passes over it. What was learned is written \
            for --warm-start (model.warm_start) of `serve` and `replay`, for `streams import`, and \
            for other programs (safetensors).

              foretide fit plant.csv --column temp --output temp.safetensors
              foretide serve --warm-start temp.safetensors

            Is it worth it? Fit the first part, replay the rest from it:

              foretide fit plant.csv --limit 5000 --output temp.safetensors
              foretide replay plant.csv --skip 5000 --warm-start temp.safetensors

            Ctrl-C ends the epochs, and the best weights so far are taken.
            """)

    @Argument(help: "A CSV file, or - for standard input.")
    var file: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The file to write; of several columns, or with a / at its end, the folder for a file"
                + " each.",
            valueName: "path"))
    var output: String

    @OptionGroup var columns: ColumnOptions

    @Option(help: "Epochs at most.")
    var epochs = NetFitting.Options().epochs

    @Option(
        help: """
            How an epoch goes through the history: stateful, window after window with the state \
            carried on; or shuffled, windows in random order, each from the zero state.
            """)
    var windows = NetFitting.Options().order

    @Option(help: "Samples of a window.")
    var window = NetFitting.Options().window

    @Option(help: "Windows of an update.")
    var batch = NetFitting.Options().batch

    @Option(help: "Size of an update's step.")
    var learningRate = NetFitting.Options().learningRate

    @Option(help: "Share of the history, its end, by which the best weights are chosen.")
    var validation = NetFitting.Options().validation

    @Option(help: "Epochs without better weights until it ends.")
    var patience = NetFitting.Options().patience

    @Option(help: ArgumentHelp("Write the loss curve as SVG.", valueName: "file"))
    var plot: String?

    @Flag(help: "Print what it came to as one JSON object.")
    var json = false

    @OptionGroup var source: SettingsOptions

    func validate() throws {
        try columns.validate()
        for (name, value) in [
            ("epochs", epochs), ("window", window), ("batch", batch), ("patience", patience),
        ] where !(1...1_000_000_000).contains(value) {
            throw ValidationError("--\(name) \(value): expected a whole number 1…1,000,000,000")
        }
        guard learningRate > 0, learningRate <= 1 else {
            throw ValidationError(
                "--learning-rate \(learningRate): expected a number above 0, up to 1")
        }
        guard validation == 0 || (0.001...0.999).contains(validation) else {
            throw ValidationError("--validation \(validation): expected 0, or a share .001…0.999")
        }
    }

    func run() throws {
        let settings = try source.load(ProcessInfo.processInfo.environment)
        let isTerminal = isatty(STDERR_FILENO) == 1
        let (result, files) = try FileFit.run(
            options, settings, output: output,
            progress: isTerminal ? { StandardError.write("\r\($0)\u{1b}[K") } : nil)
        if isTerminal { StandardError.write("\r\u{1b}[K") }
        for remark in result.remarks { StandardError.write("foretide: \(remark)\n") }
        let written = files.map { "Written: \($0)\n" }.joined()
        try StandardOutput.write(json ? result.json(files: files) : result.table + written)
    }

    private var options: FileFit.Options {
        var options = FileFit.Options(path: file)
        options.csv = columns.csv
        (options.skip, options.limit) = (columns.skip, columns.limit ?? .max)
        options.isMultivariate = columns.multivariate
        options.plotPath = plot
        options.fitting.epochs = epochs
        options.fitting.order = windows
        (options.fitting.window, options.fitting.batch) = (window, batch)
        options.fitting.learningRate = learningRate
        (options.fitting.validation, options.fitting.patience) = (validation, patience)
        return options
    }
}

extension NetFitting.Options.Order: ExpressibleByArgument {}
