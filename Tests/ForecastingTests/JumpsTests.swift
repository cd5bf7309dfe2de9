import Forecasting
import TestSupport
import Testing

/// Jumps far larger than the typical step that come with the season, or go back.
@Suite("Jumps")
struct JumpsTests {
    /// Up by 10 and down by `down(cycle)` once in 200 samples, with little noise.
    private func pulses(_ count: Int, seed: UInt64, down: (Int) -> Double) -> [Double] {
        var generator = SplitMix64(seed: seed)
        var (level, height) = (0.0, 10.0)
        return (0..<count).map { t in
            if t % 200 == 120 { level += height }
            if t % 200 == 160 {
                level -= down(t / 200)
                height = down(t / 200)
            }
            return level + 0.05 * generator.normal()
        }
    }

    private func run(_ series: [Double]) throws -> Run {
        var configuration = ModelConfiguration()
        configuration.period = 200
        return try Run(series, configuration)
    }

    @Test("a jump of the last two seasons is forecast with most of its height")
    func regular() throws {
        let series = pulses(3000, seed: 1) { _ in 10 }
        let run = try run(series)
        let jumps = stride(from: 1320, to: 3000, by: 200).flatMap { [$0, $0 + 40] }
        let errors = jumps.map { abs(run.means[$0] - series[$0]) }
        #expect(errors.reduce(0, +) / Double(errors.count) < 1.5, "of 10: \(errors)")
        #expect(run.relativeSquaredError(series, 1000..<3000) < 0.05)
    }

    @Test("jumps of other heights or other times are not expected")
    func irregular() throws {
        let heights: [Double] = [10, 5, 17, 3, 24, 9, 2, 15, 6, 11, 28, 4, 13, 20, 7]
        let series = pulses(3000, seed: 2) { heights[$0 % heights.count] }
        let run = try run(series)
        let error = run.relativeSquaredError(series, 1000..<3000)
        #expect(error < 1.05, "\(error)")
    }

    /// Noise with a spike of 10, one to three samples long, now and then; or a lasting jump.
    private func spikes(_ count: Int, seed: UInt64, lasting: Bool) -> [Double] {
        var generator = SplitMix64(seed: seed)
        var level = 0.0
        return (0..<count).map { _ in
            let noise = generator.normal()
            guard generator.uniform() < 0.02 else { return level + noise }
            let height = generator.uniform() < 0.5 ? 12.0 : -12
            if lasting { level += height }
            return (lasting ? level : height) + noise
        }
    }

    @Test("spikes are learned to go back, and jumps that last are left to last")
    func spikes() throws {
        for lasting in [false, true] {
            let series = spikes(4000, seed: 5, lasting: lasting)
            let run = try Run(series)
            let after = (2000..<3999).filter { abs(series[$0] - series[$0 - 1]) > 9 }
            var stayed: [Double] = []
            for t in after where lasting || abs(series[t]) > 6 {
                // Where between the level before, 0, and the new one, 1, the next is expected.
                stayed.append((run.means[t + 1] - series[t - 1]) / (series[t] - series[t - 1]))
            }
            let mean = stayed.reduce(0, +) / Double(stayed.count)
            #expect(stayed.count > 15)
            #expect(lasting ? mean > 0.8 : mean < 0.25, "\(mean)")
        }
    }

    @Test("a season whose jumps stop is believed less, and less is lost each time")
    func stops() throws {
        let steady = pulses(2000, seed: 3) { _ in 10 }
        var generator = SplitMix64(seed: 4)
        let series = steady + (0..<600).map { _ in 0.05 * generator.normal() }
        let run = try run(series)
        // Two seasons without: the jumps that were due are forecast at most once each way.
        let wrong = (2400..<2600).filter { abs(run.means[$0] - series[$0]) > 1 }
        #expect(wrong.isEmpty, "\(wrong)")
        #expect(run.isFinite)
    }
}
