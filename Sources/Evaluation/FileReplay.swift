package import Forecasting

/// Replays a CSV file: reads it row by row, writes the files that were asked for, and returns the
/// scores. Memory does not grow with the file.
package struct FileReplay {
    package struct Options: Sendable {
        /// A file, or `-` for standard input.
        package var path: String
        package var csv = CSVReader.Options()
        /// Rows to leave out first, and to read at most after these.
        package var (skip, limit) = (0, Int.max)
        /// All columns as the channels of one stream, named after the file.
        package var isMultivariate = false
        /// Values ahead that are forecast at most.
        package var horizon = 1
        /// Where to write every forecast as CSV, and the report as HTML.
        package var forecastsPath: String?
        package var reportPath: String?

        package init(path: String) { self.path = path }
    }

    private let options: Options

    /// Values from one look at the clock to the next.
    private static let valuesPerTurn = 256
    /// Bytes of forecasts collected before they are written.
    private static let blockBytes = 256 << 10
    /// Seconds between two progress lines.
    private static let progressInterval = 0.1

    package init(_ options: Options) { self.options = options }

    package var isMultivariate: Bool { options.isMultivariate }

    /// - Parameters:
    ///   - forecaster: made for that many columns, inputs included.
    ///   - clock: monotonic seconds; for the progress line and the rate only.
    ///   - progress: takes a line to show in place of the one before; nil shows nothing.
    package func run(
        forecaster: (_ columns: Int, _ inputs: Int) throws(ReplayError) -> Forecaster,
        clock: () -> Double,
        progress: ((String) -> Void)?
    ) throws(ReplayError) -> ReplayResult {
        let start = clock()
        var reader = try open()
        var inUse = reader.file.map { [$0] } ?? []
        let forecastsFile = try create(options.forecastsPath, &inUse)
        let reportFile = try create(options.reportPath, &inUse)
        var rows: ForecastRows?
        if forecastsFile != nil {
            rows = ForecastRows(columns: reader.columns, horizon: options.horizon)
        }
        var replay = try Replay(
            columns: reader.columns,
            multivariateName: options.isMultivariate ? Self.stem(of: options.path) : nil,
            inputs: reader.inputs, firstRow: options.skip, isTraced: reportFile != nil,
            forecaster: forecaster(reader.columns.count, reader.inputs.count))
        try skip(&reader)
        var row = CSVReader.Row()
        var shown = start
        let rowsPerTurn = max(1, Self.valuesPerTurn / reader.columns.count)
        while replay.rows < options.limit, try read(&reader, into: &row) {
            try replay.add(
                time: row.time, values: row.values, inputs: row.inputs, forecasts: &rows)
            if let count = rows?.bytes.count, count >= Self.blockBytes {
                try forecastsFile?.write(rows?.bytes ?? [])
                rows?.removeAll()
            }
            guard let progress, replay.rows % rowsPerTurn == 0 else { continue }
            let now = clock()
            guard now - shown >= Self.progressInterval else { continue }
            shown = now
            let share = share(of: reader, rows: replay.rows)
            progress(ProgressBar.line(rows: replay.rows, share: share, seconds: now - start))
        }
        if replay.rows == 0 { throw .input(reader.nothingLeft(after: options.skip)) }
        if let bytes = rows?.bytes { try forecastsFile?.write(bytes) }
        let remarks = Self.remarks(on: replay, inputs: reader.inputs, leftOut: reader.leftOut)
        try reportFile?.write(
            report(of: replay, timeColumn: reader.timeColumn, remarks: remarks))
        return ReplayResult(
            samples: replay.samples, seconds: clock() - start, streams: replay.streams,
            remarks: remarks)
    }

    /// What a person should know besides the scores, as sentences without a full stop.
    static func remarks(
        on replay: borrowing Replay, inputs: [String], leftOut: [String]
    ) -> [String] {
        var remarks: [String] = []
        if !inputs.isEmpty {
            remarks.append("Inputs of every stream: " + list(inputs))
        }
        if replay.unknownInputs > 0 {
            remarks.append("Some of these were ignored because model.inputs does not name them")
        }
        if !leftOut.isEmpty {
            remarks.append("Left out because they hold words: " + list(leftOut))
        }
        if replay.lateRows > 0 {
            remarks.append(
                "\(NumberText.grouped(replay.lateRows)) of \(NumberText.grouped(replay.rows)) rows "
                    + "are not later than one before them: nothing is learned from these")
        }
        return remarks
    }

    /// Names for a sentence, eight of them.
    private static func list(_ names: [String]) -> String {
        let more = names.count > 8 ? " and \(names.count - 8) more" : ""
        return names.prefix(8).joined(separator: ", ") + more
    }

    private func open() throws(ReplayError) -> CSVReader {
        do { return try CSVReader(path: options.path, options: options.csv) } catch {
            throw .input(error)
        }
    }

    private func skip(_ reader: inout CSVReader) throws(ReplayError) {
        do { try reader.skip(options.skip) } catch { throw .input(error) }
    }

    private func read(_ reader: inout CSVReader, into row: inout CSVReader.Row)
        throws(ReplayError) -> Bool
    {
        do { return try reader.next(into: &row) } catch { throw .input(error) }
    }

    private func create(_ path: String?, _ inUse: inout [FileIdentity])
        throws(ReplayError) -> OutputFile?
    {
        guard let path else { return nil }
        return try OutputFile(path: path, inUse: &inUse)
    }

    private func share(of reader: borrowing CSVReader, rows: Int) -> Double? {
        let ofLimit = Double(rows) / Double(options.limit)
        guard let bytes = reader.byteCount, bytes > 0 else {
            return options.limit == .max ? nil : ofLimit
        }
        return max(ofLimit, Double(reader.bytesRead) / Double(bytes))
    }

    private func report(of replay: borrowing Replay, timeColumn: String?, remarks: [String])
        -> [UInt8]
    {
        var source = Report.Source()
        source.name = Self.name(of: options.path)
        source.timeColumn = timeColumn
        source.rows = replay.rows
        source.remarks = remarks
        return Array(Report(source: source, streams: replay.streams).markup.utf8)
    }

    /// The file's name without its folders.
    private static func name(of path: String) -> String {
        if path == "-" { return "standard input" }
        return path.split(separator: "/").last.map(String.init) ?? path
    }

    /// The same without its extension: the name of a multivariate stream.
    static func stem(of path: String) -> String {
        let name = name(of: path)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }
}
