import Evaluation
import Forecasting
import Series
import TestSupport
import Testing

@Suite("Fitting to a file")
struct FileFitTests {
    private static let configuration: ModelConfiguration = {
        var configuration = ModelConfiguration()
        configuration.hidden = 8
        return configuration
    }()

    /// Two columns of a season of 12 and noise, under "a" and "b", without times.
    private static func text(rows: Int) -> String {
        var random = SplitMix64(seed: 81)
        let season = (0..<12).map { _ in Double.random(in: 0...1, using: &random) }
        let lines = (0..<rows).map { row in
            let wave = season[row % 12]
            let noise = (0..<2).map { _ in Double.random(in: 0...0.1, using: &random) }
            return "\(wave + noise[0]),\(7 - wave + noise[1])"
        }
        return (["a,b"] + lines).joined(separator: "\n") + "\n"
    }

    /// What comes of fitting to a file of this text.
    private static func fit(
        _ text: String = text(rows: 500), interruptedAfter epochs: Int = .max,
        _ change: (inout FileFit.Options) -> Void = { _ in }
    ) throws -> FitResult {
        try CSVTable.withFile(Array(text.utf8)) { path in try fit(path: path, epochs, change) }
    }

    private static func fit(
        path: String, _ epochs: Int, _ change: (inout FileFit.Options) -> Void
    ) throws -> FitResult {
        var options = FileFit.Options(path: path)
        (options.fitting.epochs, options.fitting.window) = (3, 8)
        change(&options)
        var asked = 0
        // Asked every 64 rows of the first pass and before each epoch.
        let surroundings = FileFit.Surroundings(
            clock: { 0 }, progress: nil,
            isInterrupted: {
                asked += 1
                return asked > epochs
            })
        return try FileFit(options, surroundings).run { columns, models throws(ReplayError) in
            let rules = [ModelRule(configuration: configuration)]
            return Forecaster(rules: rules.beginning(with: models), seed: 1, limits: Limits())
        }
    }

    @Test("each column becomes a model of its name")
    func columns() throws {
        let result = try Self.fit()
        #expect(result.rows == 500)
        #expect(result.series.map(\.name) == ["a", "b"])
        #expect(result.series.map(\.steps) == [500, 500])
        #expect(result.series.map(\.period) == [12, 12])
        #expect(result.models.map(\.name) == [Array("a".utf8), Array("b".utf8)])
        for series in result.series {
            let training = try #require(series.training)
            #expect(training.epochs.count == 3)
            #expect(training.best.validation <= training.start.validation)
        }
    }

    @Test("the net of a model is the one that was trained, gone on with the history")
    func trained() throws {
        func parameters(_ rate: Double) throws -> [[Float]?] {
            try Self.fit { $0.fitting.learningRate = rate }.models
                .map { $0.channels[0].netParameters }
        }
        let (slow, fast) = (try parameters(1e-6), try parameters(0.003))
        #expect(slow[0] != nil && slow[0] != fast[0] && slow[1] != fast[1])
        #expect(try parameters(0.003) == fast)
    }

    @Test("all columns are the channels of one model if that is wanted")
    func multivariate() throws {
        let result = try Self.fit { $0.isMultivariate = true }
        #expect(result.models.count == 1 && result.models[0].channels.count == 2)
        #expect(result.models[0].channelNames == [Array("a".utf8), Array("b".utf8)])
        #expect(result.series.map { $0.training?.epochs.count } == [3, 3])
    }

    @Test("rows are left out at the start and at the end")
    func part() throws {
        let whole = Self.text(rows: 500).split(separator: "\n")
        let part = ([whole[0]] + whole[101...400]).joined(separator: "\n")
        let expected = try Self.fit(part)
        let result = try Self.fit {
            $0.skip = 100
            $0.limit = 300
        }
        #expect(result.rows == 300)
        #expect(result.series.map(\.training?.epochs) == expected.series.map(\.training?.epochs))
        // Without a time column rows are seconds, counted from the file's first one.
        #expect(result.models[0].newestTime == 399_000_000_000)
        #expect(expected.models[0].newestTime == 299_000_000_000)
    }

    @Test("asked to end, it takes the best weights so far, but nothing without a whole pass")
    func interrupted() throws {
        #expect(throws: ReplayError.interrupted) { try Self.fit(interruptedAfter: 3) }
        // 8 times in 500 rows.
        let result = try Self.fit(interruptedAfter: 10)
        #expect(result.series.map { $0.training?.epochs.count } == [2, 0])
        #expect(result.models.count == 2)
    }

    @Test("too short a history is refused, with what is needed")
    func tooShort() throws {
        let needed = 41
        let refused = ReplayError.shortHistory("a", steps: 40, needed: needed)
        #expect(throws: refused) { try Self.fit(Self.text(rows: 40)) }
        #expect(try Self.fit(Self.text(rows: needed)).rows == needed)
        #expect(throws: ReplayError.self) { try Self.fit { $0.skip = 500 } }
    }

    @Test("the table, the object for programs and the plot say the same")
    func texts() throws {
        let result = try Self.fit { $0.csv.columns = ["b"] }
        let training = try #require(result.series[0].training)
        let after = training.best.validation / training.base.validation
        let lines = result.table.split(separator: "\n")
        let cells = lines[1].split(separator: " ")
        #expect(cells[0] == "b" && cells[1] == "500" && cells[2] == "12" && cells[3] == "3")
        #expect(cells[4] == "\(training.bestEpoch)")
        let shown = try #require(Double(cells[6]))
        #expect(abs(shown - after) < 0.0006)
        let json = result.json(files: ["x \"y\".safetensors"])
        #expect(json.hasPrefix("{\"rows\":500,"))
        #expect(json.contains("\"files\":[\"x \\\"y\\\".safetensors\"]"))
        #expect(json.contains("\"best_epoch\":\(training.bestEpoch)"))
        #expect(json.contains("\"best\":{\"training\":\(training.best.training),"))
        #expect(result.note(on: result.models[0]).hasPrefix("[{\"stream\":\"b\""))
        let plot = result.lossPlot.file
        #expect(ReportTests.fault(inMarkup: plot) == nil)
        #expect(plot.contains(">validation</text>") && plot.contains(" r=\"3.5\""))
    }

    @Test("without a part that is left out, the curve of what is learned is the only one")
    func noValidation() throws {
        let result = try Self.fit {
            $0.fitting.validation = 0
            $0.csv.columns = ["a"]
        }
        #expect(result.json(files: []).contains("\"validation\":null"))
        #expect(!result.lossPlot.file.contains(">validation</text>"))
    }

    @Test("several series have one curve, their mean")
    func severalCurves() throws {
        let plot = try Self.fit().lossPlot.file
        #expect(ReportTests.fault(inMarkup: plot) == nil)
        #expect(plot.contains("2 series") && !plot.contains(" r=\"3.5\""))
    }
}
