import Forecasting
import Series
import TestSupport
import Testing

/// A stream that was saved and restored is fed like one that never stopped: no bit differs.
@Suite("A restored stream")
struct RestoreTests {
    /// Sends the first `count` samples, then the rest to that stream and to one restored from its
    /// state, and compares all that they publish and, in the end, what they are.
    private func compare(
        _ series: StateSeries, after count: Int, _ configuration: ModelConfiguration
    ) throws {
        var original = Feed(configuration)
        for index in 0..<count { try series.send(index, to: &original) }
        let saved = try original.snapshot()
        var restored = Feed(configuration)
        let result = try restored.restore(saved)
        try #require(result == .exact(StreamIndex(position: 0)))
        try #require(try restored.snapshot() == saved, "after \(count)")
        for index in count..<series.rows.count {
            try series.send(index, to: &original)
            try series.send(index, to: &restored)
            try #require(original.observation == restored.observation)
            try #require(
                allBits(original.forecast) == allBits(restored.forecast),
                "saved after \(count), differs at \(index)")
        }
        try #require(original.forecast.channelNames == restored.forecast.channelNames)
        try #require(try original.snapshot() == restored.snapshot(), "after \(count)")
    }

    private static let later = 600

    /// Where it is saved: at a step of each stretch, the newest ones more often.
    private func steps(seed: UInt64) -> [Int] {
        var generator = SplitMix64(seed: seed)
        return [1..<8, 8..<40, 40..<300, 300..<1100].map { Int.random(in: $0, using: &generator) }
    }

    @Test(
        "goes on bit for bit, with any cell and either loss",
        arguments: ModelConfiguration.Cell.allCases, [ModelConfiguration.Loss.squared, .absolute])
    func cells(cell: ModelConfiguration.Cell, loss: ModelConfiguration.Loss) throws {
        var configuration = ModelConfiguration(cell: cell)
        configuration.loss = loss
        let seed = UInt64(cell.rawValue) * 2 + UInt64(loss.rawValue)
        for step in steps(seed: seed) {
            let series = StateSeries(noisySine(step + Self.later, seed: seed))
            try compare(series, after: step, configuration)
        }
    }

    @Test(
        "goes on with any optimizer, dropout and decay",
        arguments: ModelConfiguration.Optimizer.allCases)
    func optimizers(optimizer: ModelConfiguration.Optimizer) throws {
        var configuration = ModelConfiguration.plain(cell: .lstm)
        configuration.optimizer = optimizer
        configuration.dropout = 0.2
        configuration.weightDecay = 1e-4
        configuration.clipNorm = .infinity
        configuration.hidden = 6
        configuration.window = 5
        configuration.stride = 3
        for step in steps(seed: 5) {
            try compare(
                StateSeries(noisySine(step + Self.later, seed: 6)), after: step, configuration)
        }
    }

    @Test(
        "goes on with few experts",
        arguments: [
            [], [.ar2], [.ar8, .recurrent], [.full], [.ar2, .ar8], [.full, .recurrent],
        ] as [Set<Expert>])
    func experts(experts: Set<Expert>) throws {
        var configuration = ModelConfiguration()
        configuration.experts = experts
        configuration.fullIsPlain = experts == [.full]
        for step in steps(seed: 7) {
            try compare(
                StateSeries(noisySine(step + Self.later, seed: 8)), after: step, configuration)
        }
    }

    @Test("goes on where its history and its recall have gone round")
    func long() throws {
        var configuration = ModelConfiguration(cell: .none)
        configuration.period = 50
        for step in [1281, 1282, 2049, 4095, 4096, 4097, 5000] {
            let series = StateSeries(noisySine(step + Self.later, seed: 9))
            try compare(series, after: step, configuration)
        }
    }

    @Test("goes on with channels, named or not, of which values are missing")
    func channels() throws {
        var generator = SplitMix64(seed: 10)
        for names in [nil, ["level", "flöw", "t"]] {
            var series = StateSeries([])
            let columns = (0..<3).map { noisySine(1000, seed: 11 + $0) }
            for index in 0..<1000 {
                series.rows.append(columns.map { generator.uniform() < 0.02 ? .nan : $0[index] })
            }
            series.names = names
            for step in [1, 2, 17, 399] { try compare(series, after: step, ModelConfiguration()) }
        }
    }

    @Test("goes on in time, across gaps, late samples and a clock that goes back")
    func time() throws {
        var series = StateSeries(timed: noisySine(1200, seed: 12), seed: 13)
        for step in [2, 9, 250, 301, 425, 430, 441, 502] {
            try compare(series, after: step, ModelConfiguration())
        }
        series.times = nil
        try compare(series, after: 20, ModelConfiguration())
    }

    @Test("goes on in the middle of a fault", arguments: BadDataTests.Fault.allCases)
    func faults(fault: BadDataTests.Fault) throws {
        var values = noisySine(1700, seed: 14)
        fault.apply(to: &values)
        let series = StateSeries(values)
        for offset in [1, 2, 3, 9, 25, 50, 100] {
            try compare(series, after: 1000 + offset, ModelConfiguration())
        }
    }

    @Test("goes on while its net recovers from a divergence")
    func recovery() throws {
        var configuration = ModelConfiguration.plain()
        configuration.optimizer = .sgd
        configuration.learningRate = 1e6
        configuration.clipNorm = .infinity
        let values = noisySine(1000, seed: 15)
        let run = try Run(values, configuration)
        #expect(run.counters.recoveries > 0)
        let first = try #require(run.statuses.firstIndex(of: .recovering))
        for step in first - 2..<first + 3 {
            try compare(StateSeries(Array(values[..<(step + 400)])), after: step, configuration)
        }
    }

    @Test("goes on when it was saved between forecast and training")
    func beforeTraining() throws {
        let series = noisySine(700, seed: 16)
        var original = Feed()
        for value in series[..<300] { try original.send(value) }
        var updates = 0
        for value in series[300...] {
            try original.observe([value])
            var restored = Feed()
            try restored.restore(try original.snapshot())
            let index = StreamIndex(position: 0)
            guard case .forecast(_, let isDue) = original.observation else { continue }
            var stream = restored.forecaster.stream(index)
            try #require(stream.updateIsDue == isDue)
            if isDue {
                updates += 1
                original.forecaster.train(index)
                restored.forecaster.train(index)
            }
            try #require(try original.snapshot() == restored.snapshot())
        }
        #expect(updates >= 200)
    }

    @Test("replaces the stream of its name, and goes on under another one")
    func names() throws {
        let series = noisySine(400, seed: 17)
        var original = Feed()
        for value in series { try original.send(value) }
        let saved = try original.snapshot()
        var other = Feed()
        for value in series.reversed() {
            try other.send(value, stream: "t")
            try other.send(value)
        }
        #expect(try other.restore(saved, stream: "t") == .exact(StreamIndex(position: 0)))
        #expect(try other.restore(saved, stream: "u") == .exact(StreamIndex(position: 2)))
        #expect(other.forecaster.streamCount == 3)
        for stream in ["t", "u"] {
            #expect(try other.snapshot(of: stream) == saved)
            let forecast = try #require(try other.send(0.5, stream: stream))
            #expect(forecast.name == Array(stream.utf8) && forecast.sequence == 401)
        }
    }
}
