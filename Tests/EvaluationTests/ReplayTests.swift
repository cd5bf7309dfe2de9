import Evaluation
import Forecasting
import Glibc
import Series
import TestSupport
import Testing

@Suite("Replay")
struct ReplayTests {
    private static func forecaster(inputs: [String] = []) -> Forecaster {
        var configuration = ModelConfiguration()
        configuration.inputs = inputs.map { Array($0.utf8) }
        return Forecaster(
            rules: [ModelRule(configuration: configuration)], seed: 1, limits: Limits())
    }

    /// Two noisy sines; missing at the start of the second and here and there.
    private static func table(rows: Int) -> [[Double]] {
        var random = SplitMix64(seed: 61)
        return (0..<rows).map { row in
            let noise = Double.random(in: -0.3...0.3, using: &random)
            let wave = sin(Double(row) / 8)
            return [wave + noise, row < 3 || row % 50 == 20 ? .nan : 10 * wave - noise]
        }
    }

    private static func replay(_ table: [[Double]], multivariate: String? = nil) throws
        -> (lines: [[Substring]], streams: [StreamEvaluation])
    {
        var rows: ForecastRows? = ForecastRows(columns: ["a", "b"])
        var replay = try Replay(
            columns: ["a", "b"], multivariateName: multivariate, forecaster: forecaster())
        for values in table { try replay.add(time: nil, values: values, forecasts: &rows) }
        let lines = String(decoding: rows?.bytes ?? [], as: UTF8.self).split(separator: "\n")
        let fields = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        return (fields, replay.streams)
    }

    @Test("a row that comes twice, or late, is no step of what nets will be trained on")
    func recordings() throws {
        var rows: ForecastRows?
        func recordings(_ order: [Int]) throws -> [NetRecording] {
            let table = Self.table(rows: 40)
            var replay = try Replay(
                columns: ["a", "b"], isRecorded: true, forecaster: Self.forecaster())
            for index in order {
                try replay.add(
                    time: Int64(index) * 1_000_000_000, values: table[index], forecasts: &rows)
            }
            return replay.recordings
        }
        let once = try recordings(Array(3..<40))
        #expect(once.map(\.count) == [37, 37])
        let again = try recordings([3, 4, 4, 3] + (5..<40) + [39, 20])
        #expect(again.map(\.count) == [37, 37])
        #expect(again.map(\.inputs) == once.map(\.inputs))
    }

    /// What a forecaster says of one column alone, by row: the forecast of the next value.
    private static func direct(_ name: String, _ values: [Double]) throws
        -> [Forecast.Channel?]
    {
        var forecaster = forecaster()
        var batch = SampleBatch()
        var forecast = Forecast()
        let bytes = Array(name.utf8)
        var result: [Forecast.Channel?] = []
        for (row, value) in values.enumerated() {
            batch.removeAll()
            let range = try batch.addName(bytes.span)
            batch.addValue(value)
            batch.appendSample(
                name: range, nameHash: StreamName.hash(bytes.span),
                time: Int64(row) * 1_000_000_000)
            let observation = forecaster.observe(
                batch.samples[0], in: batch, arrivalTime: 0, into: &forecast)
            guard case .forecast(let stream, let isDue) = observation else {
                result.append(nil)
                continue
            }
            if isDue { forecaster.train(stream) }
            result.append(forecast.channels[0])
        }
        return result
    }

    @Test("a row has the forecast that the forecaster made one row before")
    func forecastsAreTheForecasters() throws {
        let table = Self.table(rows: 400)
        let lines = try Self.replay(table).lines
        #expect(lines[0].joined(separator: ",") == ForecastRows.header)
        #expect(lines.count == 1 + 2 * table.count)
        for (column, name) in ["a", "b"].enumerated() {
            let direct = try Self.direct(name, table.map { $0[column] })
            for row in table.indices {
                let line = lines[1 + 2 * row + column]
                try #require(line[0] == name && line[1] == "\(row)" && line[2] == "\(row)")
                let value = table[row][column]
                try #require(value.isNaN ? line[3].isEmpty : Double(line[3]) == value)
                guard row > 0, let forecast = direct[row - 1] else {
                    // Nothing in the first row, 0 before a late first value.
                    try #require(line[4] == (row == 0 ? "" : "0") && line[5].isEmpty)
                    continue
                }
                try #require(Double(line[4]) == forecast.mean)
                try #require(Double(line[5]) == forecast.lower)
                try #require(Double(line[6]) == forecast.upper)
            }
        }
    }

    @Test("every stream's samples have the inputs", arguments: [nil, "both"])
    func inputs(multivariate: String?) throws {
        for (names, unknown) in [([], 0), (["load"], 3), (["x"], 6)] as [([String], Int)] {
            var rows: ForecastRows?
            var replay = try Replay(
                columns: ["a", "b"], multivariateName: multivariate, inputs: ["load", "wind"],
                forecaster: Self.forecaster(inputs: names))
            for row in 0..<3 {
                try replay.add(
                    time: nil, values: [1, Double(row)], inputs: [2, .nan], forecasts: &rows)
            }
            let streams = multivariate == nil ? 2 : 1
            #expect(replay.unknownInputs == UInt64(unknown * streams))
        }
        #expect(throws: ReplayError.name("", .empty)) {
            _ = try Replay(columns: ["a"], inputs: [""], forecaster: Self.forecaster())
        }
    }

    @Test("the scores are those of the rows")
    func scoresMatchRows() throws {
        let (lines, streams) = try Self.replay(Self.table(rows: 300))
        for (column, stream) in streams.enumerated() {
            let rows = stride(from: 1 + column, to: lines.count, by: 2).map { lines[$0] }
            var (squared, persistence) = (0.0, 0.0)
            for (before, row) in zip(rows, rows.dropFirst()) {
                guard let y = Double(row[3]), let p = Double(before[3]), let f = Double(row[4])
                else { continue }
                squared += (f - y) * (f - y)
                persistence += (p - y) * (p - y)
            }
            let expected = squared / persistence
            #expect(abs(stream.score.all.relativeSquared - expected) < 1e-9)
            #expect(stream.score.samples == 300)
        }
        #expect(streams[1].score.missing == 9)
    }

    @Test("channels of one multivariate stream still have a row each")
    func multivariate() throws {
        let (lines, streams) = try Self.replay(Self.table(rows: 200), multivariate: "both")
        #expect(lines.count == 401)
        #expect(Set(lines.dropFirst().map { String($0[0]) }) == ["a", "b"])
        #expect(streams.map(\.name) == ["a", "b"])
        #expect(streams.allSatisfy { $0.score.all.relativeSquared < 1 })
    }

    @Test("names with commas and quotes are quoted, names with control characters refused")
    func names() {
        var rows = ForecastRows(columns: ["a,\"b\""])
        #expect(rows.bytes == Array((ForecastRows.header + "\n").utf8))
        rows.removeAll()
        #expect(rows.bytes.isEmpty)
        #expect(throws: ReplayError.name("a\n", .controlCharacter)) {
            _ = try Replay(columns: ["a\n"], forecaster: Self.forecaster())
        }
    }

    @Test("a file gives the same bytes every time, and the row limit is kept")
    func fileReplay() throws {
        let folder = try Folder()
        let table = Self.table(rows: 600)
        let text = table.enumerated().map { row, values in
            "2024-01-01T00:\(row / 60 < 10 ? "0" : "")\(row / 60):\(row % 60 < 10 ? "0" : "")"
                + "\(row % 60)Z,\(values[0]),\(values[1].isNaN ? "" : "\(values[1])")\n"
        }
        try folder.write("in.csv", "time,a,\"b,c\"\n" + text.joined())
        var bytes: [[String]] = []
        for run in 0..<2 {
            var options = FileReplay.Options(path: folder.path("in.csv"))
            options.limit = 500
            options.forecastsPath = folder.path("out\(run).csv")
            options.reportPath = folder.path("out\(run).html")
            var shown: [String] = []
            var time = 0.0
            let result = try FileReplay(options).run(
                forecaster: { columns, _ in
                    #expect(columns == 2)
                    return Self.forecaster()
                },
                clock: {
                    time += 0.2
                    return time
                }, progress: { shown.append($0) })
            #expect(result.samples == 1000)
            #expect(!shown.isEmpty)
            bytes.append(
                try ["out\(run).csv", "out\(run).html"].map { try folder.read($0) } + [result.json])
        }
        #expect(bytes[0] == bytes[1])
        let lines = bytes[0][0].split(separator: "\n")
        #expect(lines.count == 1001)
        #expect(lines[2].hasPrefix("\"b,c\",0,1704067200,,,,"))
        #expect(lines[3].hasPrefix("a,1,1704067201,"))
    }

    @Test("a file that cannot be read or written is named")
    func failures() throws {
        let folder = try Folder()
        try folder.write("in.csv", "1\n2\n")
        let run = { (options: FileReplay.Options) throws(ReplayError) in
            _ = try FileReplay(options).run(
                forecaster: { _, _ in Self.forecaster() }, clock: { 0 }, progress: nil)
        }
        var options = FileReplay.Options(path: folder.path("none.csv"))
        #expect { try run(options) } throws: { "\($0)".contains("none.csv: cannot open") }
        options.path = folder.path("in.csv")
        options.forecastsPath = folder.path("no/such/folder.csv")
        #expect { try run(options) } throws: {
            "\($0)".contains("no/such/folder.csv: cannot create: No such file")
        }
    }
}

/// A temporary folder, removed with what is in it.
private final class Folder {
    private let root: String

    struct Failure: Error {}

    init() throws {
        var template = Array("/tmp/foretide-replay-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Failure() }
        root = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        for name in ["in.csv", "out0.csv", "out1.csv", "out0.html", "out1.html"] {
            unsafe unlink(path(name))
        }
        unsafe rmdir(root)
    }

    func path(_ name: String) -> String { root + "/" + name }

    func write(_ name: String, _ text: String) throws {
        guard let file = unsafe fopen(path(name), "w") else { throw Failure() }
        unsafe fputs(text, file)
        unsafe fclose(file)
    }

    func read(_ name: String) throws -> String {
        guard let file = unsafe fopen(path(name), "r") else { throw Failure() }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 22)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
