import ArgumentParser
import Daemon
import Evaluation
import FoundationEssentials
import Glibc
import Settings
import Telemetry

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Forecast a CSV file sample by sample and score the forecasts.",
        discussion: """
            Every column of numbers is a stream, and each value is forecast before it is seen, as \
            the daemon would. Header, delimiter and the column with the time are found by \
            themselves; without one, rows are a second apart.

              foretide replay plant.csv
              foretide replay plant.csv --column temp --report temp.html
              foretide replay plant.csv --input-column outside
              foretide replay plant.csv --set model.cell=none --json

            Errors are divided by those of persistence, repeating the last value: below 1 is \
            better.
            """)

    @Argument(help: "A CSV file, or - for standard input.")
    var file: String

    @OptionGroup var columns: ColumnOptions

    @Option(help: "Forecast so many values ahead (model.horizon).")
    var horizon: Int?

    @Flag(help: "Print the scores as one JSON object.")
    var json = false

    @Option(help: ArgumentHelp("Write every forecast to a CSV file.", valueName: "file"))
    var forecasts: String?

    @Option(help: ArgumentHelp("Write a report with plots, one HTML page.", valueName: "file"))
    var report: String?

    @OptionGroup var warmStart: WarmStartOptions

    @OptionGroup var source: SettingsOptions

    func run() throws {
        var source = source
        source.set += warmStart.assignments
        if let horizon { source.set.append("model.horizon=\(horizon)") }
        let settings = try source.load(ProcessInfo.processInfo.environment)
        let isTerminal = isatty(STDERR_FILENO) == 1
        let result = try FileReplay(options(settings)).run(
            settings, progress: isTerminal ? { StandardError.write("\r\($0)\u{1b}[K") } : nil)
        if isTerminal { StandardError.write("\r\u{1b}[K") }
        for remark in result.remarks { StandardError.write("foretide: \(remark)\n") }
        try StandardOutput.write(json ? result.json : result.table)
    }

    private func options(_ settings: Settings) -> FileReplay.Options {
        var options = FileReplay.Options(path: file)
        options.csv = columns.csv
        (options.skip, options.limit) = (columns.skip, columns.limit ?? .max)
        options.isMultivariate = columns.multivariate
        options.horizon = settings.modelRules.map(\.model.horizon).max() ?? 1
        options.forecastsPath = forecasts
        options.reportPath = report
        return options
    }
}
