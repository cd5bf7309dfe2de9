import Forecasting
import Glibc
import Series
import TestSupport
import Testing

/// Samples of several values.
@Suite("Channels")
struct ChannelTests {
    @Test(
        "a channel that follows another by a step is forecast from it",
        arguments: [ModelConfiguration.Cell.none, .gru])
    func follows(cell: ModelConfiguration.Cell) throws {
        var configuration = ModelConfiguration()
        configuration.cell = cell
        for seed in 1...3 as ClosedRange<UInt64> {
            let rows = Self.pair(3000, seed: seed)
            let alone = try Self.errors(rows.map { [$0[0]] }, configuration)
            let beside = try Self.errors(rows, configuration)
            #expect(beside[0] <= 0.2 * alone[0], "seed \(seed)")
        }
    }

    @Test("a channel beside others that tell nothing is forecast about as well as alone")
    func unrelated() throws {
        var (alone, beside) = (0.0, 0.0)
        for seed in 1...4 as ClosedRange<UInt64> {
            let series = noisySine(2000, seed: seed)
            let others = (1...3).map { whiteNoise(2000, seed: 10 * seed + $0) }
            alone += try Self.errors(series.map { [$0] })[0]
            beside += try Self.errors(
                series.indices.map { step in [series[step]] + others.map { $0[step] } })[0]
        }
        #expect(beside <= 1.1 * alone)
    }

    @Test("what a channel looks at does not depend on where it stands among them")
    func anyPlace() throws {
        let rows = Self.pair(2000, seed: 5)
        let (there, back) = (
            try Self.errors(rows), try Self.errors(rows.map { Array($0.reversed()) })
        )
        #expect(abs(there[0] / back[1] - 1) < 0.1)
    }

    @Test(
        "channels go on beside one that has had no value yet, and one that stops",
        arguments: [1, 4])
    func absent(horizon: Int) throws {
        var configuration = ModelConfiguration()
        configuration.horizon = horizon
        var feed = Feed(configuration)
        for (step, row) in Self.pair(400, seed: 6).enumerated() {
            let leader = (100..<300).contains(step) ? row[1] : .nan
            let forecast = try #require(try feed.send([row[0], leader]))
            try #require(forecast.channels[0].mean.isFinite)
            try #require(forecast.channels[1].mean.isFinite == (step >= 100))
            guard horizon > 1 else { continue }
            try #require(forecast.path[..<horizon].allSatisfy { $0.mean.isFinite })
            let others = forecast.path[horizon...]
            try #require(others.allSatisfy { $0.mean.isFinite == (step >= 100) })
        }
    }

    @Test("paths of channels that follow each other are forecast together")
    func paths() throws {
        var configuration = ModelConfiguration()
        configuration.horizon = 4
        var feed = Feed(configuration)
        let period = 25.0
        var worst = 0.0
        // The second is the first, a step later: two steps ahead it is the first's next forecast.
        for step in 0..<1500 {
            let forecast = try #require(
                try feed.send([sin(Double(step) / period), sin(Double(step - 1) / period)]))
            try #require(forecast.path.count == 8)
            guard step > 1200 else { continue }
            for ahead in 1...3 {
                worst = max(
                    worst, abs(forecast.path[4 + ahead].mean - forecast.path[ahead - 1].mean))
            }
        }
        #expect(worst < 0.02)
    }

    /// A channel and the random walk that it follows, with noise of a tenth of a step.
    private static func pair(_ count: Int, seed: UInt64) -> [[Double]] {
        let (steps, noise) = (whiteNoise(count, seed: seed), whiteNoise(count, seed: seed + 100))
        var level = 0.0
        return (0..<count).map { step in
            let before = level
            level += steps[step]
            return [before + 0.1 * noise[step], level]
        }
    }

    /// By channel: the mean squared error of all forecasts.
    private static func errors(
        _ rows: [[Double]], _ configuration: ModelConfiguration = ModelConfiguration()
    ) throws -> [Double] {
        var feed = Feed(configuration)
        var sums = [Double](repeating: 0, count: rows[0].count)
        for row in rows {
            let channels = try #require(try feed.send(row)).channels
            for index in sums.indices where channels[index].residual.isFinite {
                sums[index] += channels[index].residual * channels[index].residual
            }
        }
        return sums.map { $0 / Double(rows.count) }
    }

    @Test("named values are matched in any order")
    func anyOrder() throws {
        var feed = Feed()
        try feed.send([1, 200, 3], names: ["a", "b", "c"])
        let forecast = try #require(try feed.send([4, 1.5, 201], names: ["c", "a", "b"]))
        #expect(forecast.channels.map(\.value) == [1.5, 201, 4])
        #expect(forecast.channelNames == ["a", "b", "c"].map { Array($0.utf8) })
    }

    @Test("a name that is absent is a missing value, an unknown one is counted")
    func absentAndUnknown() throws {
        var feed = Feed()
        try feed.send([1, 2], names: ["a", "b"])
        let forecast = try #require(try feed.send([9, 1], names: ["x", "a"]))
        #expect(forecast.channels[0].value == 1 && forecast.channels[1].value.isNaN)
        #expect(forecast.channels[1].mean == 2 && forecast.status == .stale)
        #expect(feed.forecaster.counters.unknownChannels == 1)
        #expect(feed.forecaster.counters.missing == 1)
        #expect(try feed.send([9], names: ["y"]) == nil)
        #expect(feed.observation == .rejected(.unknownChannels))
    }

    @Test("a sample of another width is rejected and counted")
    func width() throws {
        var feed = Feed()
        try feed.send([1, 2])
        for values in [[1], [1, 2, 3]] as [[Double]] { #expect(try feed.send(values) == nil) }
        #expect(try feed.send([]) == nil)
        #expect(feed.forecaster.counters[.channelCount] == 2)
        #expect(feed.forecaster.counters[.empty] == 1)
        #expect(try feed.send([3, 4])?.sequence == 2)
    }

    @Test("values without names fill the named channels in their order; the reverse is rejected")
    func mixedNaming() throws {
        var feed = Feed()
        try feed.send([1, 2], names: ["a", "b"])
        #expect(try feed.send([3, 4])?.channels.map(\.value) == [3, 4])
        try feed.send([1, 2], stream: "t")
        #expect(try feed.send([1, 2], names: ["a", "b"], stream: "t") == nil)
        #expect(feed.observation == .rejected(.channelCount))
    }

    @Test("more values than the limit are rejected")
    func limit() throws {
        var limits = Limits()
        limits.valuesPerSample = 3
        var feed = Feed(limits: limits)
        #expect(try feed.send([1, 2, 3, 4]) == nil)
        #expect(feed.observation == .rejected(.tooManyValues))
        #expect(feed.forecaster.streamCount == 0)
    }

    @Test("a channel without a value so far has no forecast, the others do")
    func lateChannel() throws {
        var feed = Feed()
        let first = try #require(try feed.send([1, .nan]))
        #expect(first.channels[0].mean == 1 && first.channels[1].mean.isNaN)
        let second = try #require(try feed.send([1, 5]))
        #expect(second.channels[1].mean == 5)
    }

    @Test("a feed that changes its number of channels reuses the forecast")
    func reuse() throws {
        var feed = Feed()
        #expect(try feed.send([1, 2, 3], stream: "wide")?.channels.count == 3)
        #expect(try feed.send([1], stream: "narrow")?.channels.count == 1)
        #expect(try feed.send([1, 2, 3], stream: "wide")?.channels.count == 3)
    }
}
