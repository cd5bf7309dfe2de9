import ArgumentParser
import Evaluation

/// Which part of a CSV file a command works on.
struct ColumnOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .singleValue,
        help: "A column to forecast, by name or by number from 1; may be repeated.")
    var column: [String] = []

    @OptionGroup var inputs: InputColumnOptions

    @Option(help: "The column with the time.")
    var timeColumn: String?

    @Option(parsing: .unconditional, help: "Leave out so many rows first.")
    var skip = 0

    @Option(parsing: .unconditional, help: "Read so many rows at most.")
    var limit: Int?

    @Flag(help: "All columns as the channels of one stream.")
    var multivariate = false

    func validate() throws {
        if let limit, limit < 1 {
            throw ValidationError("--limit \(limit): expected a whole number from 1")
        }
        if skip < 0 { throw ValidationError("--skip \(skip): expected a whole number from 0") }
    }

    var csv: CSVReader.Options {
        var options = CSVReader.Options()
        options.columns = column
        options.inputColumns = inputs.inputColumn
        options.timeColumn = timeColumn
        return options
    }
}
