import Forecasting
import Series
import TestSupport
import Testing

@Suite("Experts")
struct ExpertsTests {
    private func configuration(_ experts: Set<Expert>, cell: ModelConfiguration.Cell = .gru)
        -> ModelConfiguration
    {
        var configuration = ModelConfiguration(cell: cell)
        configuration.experts = experts
        return configuration
    }

    @Test("persistence is always among them, and the net only with a cell")
    func active() {
        #expect(configuration([.full]).activeExperts == [.persistence, .full])
        let all = Set(Expert.allCases)
        #expect(configuration(all).activeExperts(inputs: 1) == Expert.allCases)
        #expect(configuration(all).activeExperts == Expert.allCases.filter { $0 != .arx })
        #expect(configuration(all, cell: .none).activeExperts == [.persistence, .ar2, .ar8, .full])
    }

    @Test(
        "all of them forecast a noisy sine better than the net alone",
        arguments: [1, 2] as [UInt64])
    func noisySineError(seed: UInt64) throws {
        let series = noisySine(4000, seed: seed)
        let run = try Run(series, configuration(Set(Expert.allCases)), seed: seed)
        let error = run.relativeSquaredError(series, 2000..<4000)
        // The noise alone would be 0.5 or a little more: persistence has twice its variance.
        #expect(error < 0.56, "seed \(seed): \(error)")
        #expect(run.counters.recoveries == 0)
    }

    @Test("each list of experts learns, whatever is left out", arguments: Expert.allCases)
    func without(expert: Expert) throws {
        let kinds = Set(Expert.allCases).subtracting([expert])
        let series = noisySine(3000, seed: 3)
        let error = try Run(series, configuration(kinds)).relativeSquaredError(series, 1500..<3000)
        #expect(error < 0.65, "without \(expert): \(error)")
    }

    @Test("the net starts on the forecasts of ar8 and learns what they leave over")
    func residual() throws {
        var configuration = configuration([.ar8, .recurrent])
        configuration.initialWeights = .random
        var feed = Feed(configuration)
        for (step, value) in noisySine(300, seed: 4).enumerated() {
            try feed.send(value)
            let forecasts = feed.channel().experts.forecasts
            if step < 16 { #expect(forecasts[1] == forecasts[2], "step \(step)") }
            if step == 299 { #expect(forecasts[1] != forecasts[2]) }
        }
    }

    @Test("the period is found, and one that was given stays")
    func period() throws {
        var series: [Double] = []
        var random = SplitMix64(seed: 5)
        for index in 0..<600 { series.append(Double(index % 20) + 0.1 * random.normal()) }
        var found = Feed(configuration([.full]))
        var given = configuration([.full])
        given.period = 40
        var set = Feed(given)
        for value in series {
            try found.send(value)
            try set.send(value)
        }
        #expect(found.channel().season.period == 20)
        #expect(set.channel().season.period == 40)
        let period = found.forecaster.period(of: StreamIndex(position: 0), channel: 0)
        #expect(period == 20)
    }

    @Test("with the absolute loss the absolute error is no larger than persistence's")
    func absoluteLoss() throws {
        var random = SplitMix64(seed: 6)
        // Mostly at rest, with spikes that a mean would smear over the rest.
        let series = (0..<4000).map { _ in random.uniform() < 0.1 ? 5 * random.normal() : 0.0 }
        func error(_ loss: ModelConfiguration.Loss) throws -> Double {
            var configuration = configuration(Set(Expert.allCases))
            configuration.loss = loss
            return try Run(series, configuration).meanAbsoluteError(series, 500..<4000)
        }
        var persistence = 0.0
        for index in 500..<4000 { persistence += abs(series[index] - series[index - 1]) / 3500 }
        let (absolute, squared) = (try error(.absolute), try error(.squared))
        #expect(absolute <= 1.02 * persistence && absolute < squared, "\(absolute), \(squared)")
    }

    @Test(
        "forecasts are finite whatever comes", arguments: StabilityTests.Hostile.allCases,
        [ModelConfiguration.Cell.gru, .none])
    func hostile(kind: StabilityTests.Hostile, cell: ModelConfiguration.Cell) throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            let run = try Run(
                kind.series(seed: seed), configuration(Set(Expert.allCases), cell: cell))
            for index in run.means.indices where !run.means[index].isNaN {
                try #require(run.means[index].isFinite, "\(kind), seed \(seed), sample \(index)")
                try #require(run.lowers[index].isFinite && run.uppers[index].isFinite)
            }
        }
    }
}
