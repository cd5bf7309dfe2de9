import Forecasting
import TestSupport
import Testing

/// What the forecasts are worth, against repeating the last value.
@Suite("Accuracy")
struct AccuracyTests {
    @Test(
        "on a noisy sine the last 2,000 of 10,000 forecasts beat persistence by far",
        arguments: [
            (.gru, 0.62), (.elman, 0.65), (.lstm, 0.65), (.lstmPeephole, 0.65),
        ] as [(ModelConfiguration.Cell, Double)], [1, 2] as [UInt64])
    func noisySineError(cell: (ModelConfiguration.Cell, Double), seed: UInt64) throws {
        let series = noisySine(10_000, seed: seed)
        let run = try Run(series, ModelConfiguration(cell: cell.0), seed: seed)
        let error = run.relativeSquaredError(series, 8000..<10_000)
        #expect(error <= cell.1, "\(cell.0), seed \(seed): \(error)")
        #expect(run.isFinite)
        #expect(run.counters.recoveries == 0)
    }

    @Test("every optimizer learns the noisy sine", arguments: ModelConfiguration.Optimizer.allCases)
    func optimizers(optimizer: ModelConfiguration.Optimizer) throws {
        var configuration = ModelConfiguration()
        configuration.optimizer = optimizer
        if optimizer == .sgd || optimizer == .momentum { configuration.learningRate = 0.05 }
        let series = noisySine(4000, seed: 3)
        let error = try Run(series, configuration).relativeSquaredError(series, 3000..<4000)
        #expect(error < 0.8, "\(optimizer): \(error)")
    }

    @Test("dropout and weight decay still learn it")
    func regularised() throws {
        var configuration = ModelConfiguration()
        configuration.dropout = 0.1
        configuration.weightDecay = 1e-4
        let series = noisySine(4000, seed: 3)
        let error = try Run(series, configuration).relativeSquaredError(series, 3000..<4000)
        #expect(error < 0.8, "\(error)")
    }

    @Test(
        "a net from random weights begins with the forecasts of persistence",
        arguments: ModelConfiguration.Cell.allCases)
    func startsAsPersistence(cell: ModelConfiguration.Cell) throws {
        let series = noisySine(17, seed: 5)
        let run = try Run(series, .plain(cell: cell))
        for index in series.indices { #expect(run.means[index + 1] == series[index]) }
        #expect(run.lowers[1] == series[0] && run.uppers[1] == series[0])
    }

    @Test("until a series first moves it is forecast to stay, whatever the net knows")
    func flatStart() throws {
        let series = [Double](repeating: 3, count: 50) + [4]
        let run = try Run(series)
        for index in series.indices.dropLast() { #expect(run.means[index + 1] == 3) }
    }

    @Test("with persistence alone every forecast is the last value")
    func persistence() throws {
        let series = whiteNoise(500, seed: 6)
        let run = try Run(series, .plain(cell: .none))
        for index in series.indices { #expect(run.means[index + 1] == series[index]) }
    }

    @Test(
        "a random walk is forecast hardly worse than by persistence", arguments: [1, 2] as [UInt64])
    func randomWalk(seed: UInt64) throws {
        var series = whiteNoise(4000, seed: seed)
        for index in series.indices.dropFirst() { series[index] += series[index - 1] }
        let error = try Run(series).relativeSquaredError(series, 1..<4000)
        #expect(error < 1.01, "seed \(seed): \(error)")
    }

    @Test(
        "the interval holds nine tenths of stationary noise",
        arguments: [ModelConfiguration.Cell.none, .gru], [1, 2] as [UInt64])
    func coverage(cell: ModelConfiguration.Cell, seed: UInt64) throws {
        let series = whiteNoise(5000, seed: seed)
        let run = try Run(series, ModelConfiguration(cell: cell))
        let coverage = run.coverage(series, 500..<5000)
        #expect((0.88...0.92).contains(coverage), "\(cell), seed \(seed): \(coverage)")
    }
}
