import CAllocationCounter
import Forecasting
import Series
import TestSupport
import Testing

@Suite("Memory of a stream at work")
struct AllocationTests {
    private static func configuration(horizon: Int, _ cell: ModelConfiguration.Cell = .gru)
        -> ModelConfiguration
    {
        var configuration = ModelConfiguration(cell: cell)
        configuration.horizon = horizon
        return configuration
    }

    @Test(
        "a sample allocates nothing once it is warm, however far it is forecast",
        .enabled(if: counts_allocations()),
        arguments: [
            (1, configuration(horizon: 1)), (1, configuration(horizon: 24)),
            (12, configuration(horizon: 24)), (1, configuration(horizon: 24, .none)),
        ])
    func samples(channels: Int, configuration: ModelConfiguration) throws {
        // Warm: the season of 50 has been found, and what is learned of it has room of its own.
        let steps = channels == 1 ? 800 : 400
        let series = (0..<channels).map { noisySine(steps, seed: UInt64($0 + 1)) }
        var forecaster = Forecaster(
            rules: [ModelRule(configuration: configuration)], seed: 1, limits: Limits())
        var batch = SampleBatch()
        var forecast = Forecast()
        let name = Array("s".utf8)
        var (allocations, forecasts, updates): (UInt64, Int, Int) = (0, 0, 0)
        for step in 0..<steps {
            batch.removeAll()
            let range = try batch.addName(name.span)
            // Suspects, which are tried out.
            let spike = step % 40 == 0 ? 30.0 : 0
            for channel in series { batch.addValue(channel[step] + spike) }
            batch.appendSample(
                name: range, nameHash: StreamName.hash(name.span),
                time: Int64(step) * 1_000_000_000)
            let before = allocation_count()
            let observation = forecaster.observe(
                batch.samples[0], in: batch, arrivalTime: 0, into: &forecast)
            if case .forecast(let stream, updateIsDue: true) = observation {
                forecaster.train(stream)
                updates += 1
            }
            guard step >= steps / 2 else { continue }
            allocations += allocation_count() - before
            if case .forecast = observation { forecasts += 1 }
        }
        #expect(allocations == 0)
        #expect(forecasts == steps / 2)
        #expect(forecast.path.count == (configuration.horizon > 1 ? 24 * channels : 0))
        #expect(updates > steps / 4 || configuration.cell == .none)
    }
}
