package import Forecasting

/// Fits the forecaster to a history in a CSV file (docs/fit.md), in three parts:
///
/// 1. The history runs through the forecaster as in a replay; what its nets see is recorded.
/// 2. Each net learns from that by epochs (`NetFitting`).
/// 3. The history runs through once more, from what least squares and the mixture know after 1 and
///    the nets of 2, so that they know each other.
///
/// The history is held in memory: 8 bytes a value, and 4 for each of the net's inputs.
package struct FileFit {
    package struct Options: Sendable {
        /// A file, or `-` for standard input.
        package var path: String
        package var csv = CSVReader.Options()
        /// Rows to leave out first, and to read at most after these.
        package var (skip, limit) = (0, Int.max)
        /// All columns as the channels of one stream, named after the file.
        package var isMultivariate = false
        package var fitting = NetFitting.Options()
        /// Where to write the loss curve as SVG.
        package var plotPath: String?

        package init(path: String) { self.path = path }
    }

    /// What the work is told, and tells, meanwhile.
    package struct Surroundings {
        /// Monotonic seconds; for the progress line and the duration only.
        let clock: () -> Double
        /// Takes a line to show in place of the one before; nil shows nothing.
        let progress: ((String) -> Void)?
        /// Whether to come to an end: from then on there are no further epochs.
        let isInterrupted: () -> Bool

        package init(
            clock: @escaping () -> Double, progress: ((String) -> Void)?,
            isInterrupted: @escaping () -> Bool
        ) {
            (self.clock, self.progress, self.isInterrupted) = (clock, progress, isInterrupted)
        }
    }

    private let options: Options
    private let surroundings: Surroundings

    /// Rows from one look at the clock to the next.
    private static let rowsPerTurn = 64
    /// Seconds between two progress lines.
    private static let progressInterval = 0.1

    package init(_ options: Options, _ surroundings: Surroundings) {
        (self.options, self.surroundings) = (options, surroundings)
    }

    /// forecaster: made for so many columns, whose new streams begin with these models.
    package func run(
        forecaster: (_ columns: Int, _ models: [Forecasting.Stream]) throws(ReplayError)
            -> Forecaster
    ) throws(ReplayError) -> FitResult {
        let start = surroundings.clock()
        let history = try History(options)
        var inUse = history.file.map { [$0] } ?? []
        let plotFile = try options.plotPath.map { path throws(ReplayError) in
            try OutputFile(path: path, inUse: &inUse)
        }
        let columns = history.columns.count + history.inputs.count
        let first = try run(
            history, through: forecaster(columns, []), isRecorded: true, part: "first pass")
        var (models, series) = (first.models, [FitResult.Series]())
        for column in history.columns.indices {
            series.append(try train(column, of: first, into: &models))
        }
        let last = try run(
            history, through: forecaster(columns, models), isRecorded: false, part: "second pass")
        for column in series.indices { series[column].period = last.streams[column].period }
        let result = FitResult(
            rows: history.rowCount, seconds: surroundings.clock() - start, series: series,
            models: last.models,
            remarks: FileReplay.remarks(
                on: last, inputs: history.inputs, leftOut: history.leftOut))
        try plotFile?.write(Array(result.lossPlot.file.utf8))
        return result
    }

    /// The history through a forecaster.
    private func run(
        _ history: History, through forecaster: consuming Forecaster, isRecorded: Bool,
        part: String
    ) throws(ReplayError) -> Replay {
        var replay = try Replay(
            columns: history.columns,
            multivariateName: options.isMultivariate ? FileReplay.stem(of: options.path) : nil,
            inputs: history.inputs, firstRow: options.skip, isRecorded: isRecorded,
            forecaster: forecaster)
        var rows: ForecastRows?
        var (values, inputs): ([Double], [Double]) = ([], [])
        let start = surroundings.clock()
        var shown = start
        for row in 0..<history.rowCount {
            history.copy(row: row, into: &values, &inputs)
            try replay.add(
                time: history.times[row], values: values, inputs: inputs, forecasts: &rows)
            guard row % Self.rowsPerTurn == 0 else { continue }
            if isRecorded, surroundings.isInterrupted() { throw .interrupted }
            let now = surroundings.clock()
            guard let progress = surroundings.progress, now - shown >= Self.progressInterval else {
                continue
            }
            shown = now
            let share = Double(row) / Double(history.rowCount)
            let line = ProgressBar.line(rows: row, share: share, seconds: now - start)
            progress("\(part)  \(line)")
        }
        return replay
    }

    /// Trains the net of a column and puts it into its model.
    private func train(
        _ column: Int, of replay: borrowing Replay, into models: inout [Forecasting.Stream]
    ) throws(ReplayError) -> FitResult.Series {
        let name = replay.streams[column].name
        let recording = replay.recordings[column]
        guard recording.network != nil else {
            return FitResult.Series(name: name, steps: replay.rows)
        }
        guard var fitting = replay.fitting(ofColumn: column, options: options.fitting) else {
            throw .shortHistory(
                name, steps: recording.count, needed: NetFitting.fewestSteps(options.fitting))
        }
        var shown = -Double.infinity
        while !fitting.isOver, !surroundings.isInterrupted() {
            fitting.runEpoch()
            let now = surroundings.clock()
            guard now - shown >= Self.progressInterval else { continue }
            shown = now
            surroundings.progress?(ProgressBar.line(of: fitting, series: name))
        }
        if let (model, channel) = replay.place(ofColumn: column) {
            models[model].take(fitting, channel: channel)
        }
        return FitResult.Series(name: name, steps: replay.rows, fitting: fitting)
    }
}

/// The rows of a table, in memory.
private struct History {
    let (columns, inputs): ([String], [String])
    let leftOut: [String]
    /// Which file it is; nil for a pipe and the like.
    let file: FileIdentity?
    private(set) var times: [Int64?] = []
    /// Row by row: the values, then the inputs.
    private var cells: [Double] = []

    init(_ options: FileFit.Options) throws(ReplayError) {
        do throws(CSVError) {
            var reader = try CSVReader(path: options.path, options: options.csv)
            try reader.skip(options.skip)
            (columns, inputs) = (reader.columns, reader.inputs)
            (leftOut, file) = (reader.leftOut, reader.file)
            var row = CSVReader.Row()
            while times.count < options.limit, try reader.next(into: &row) {
                times.append(row.time)
                cells += row.values
                cells += row.inputs
            }
            if times.isEmpty { throw reader.nothingLeft(after: options.skip) }
        } catch {
            throw .input(error)
        }
    }

    var rowCount: Int { times.count }

    func copy(row: Int, into values: inout [Double], _ rowInputs: inout [Double]) {
        let start = row * (columns.count + inputs.count)
        let middle = start + columns.count
        values.removeAll(keepingCapacity: true)
        values += cells[start..<middle]
        rowInputs.removeAll(keepingCapacity: true)
        rowInputs += cells[middle..<middle + inputs.count]
    }
}
