import Forecasting
import TestSupport
import Testing

@Suite("Scaler")
struct ScalerTests {
    /// RECIPE.md C1 over a whole series at once, without the clipping of bad data.
    private func reference(_ x: [Double]) -> [(mean: Double, deviation: Double, step: Double)] {
        var result: [(mean: Double, deviation: Double, step: Double)] = []
        var (m, v, u) = (x[0], 0.0, 0.0)
        for t in x.indices {
            let a = max(1 / Double(t + 1), 1 / 500.0)
            let delta = x[t] - m
            m += a * delta
            v = (1 - a) * (v + a * delta * delta)
            if t > 0 {
                u += max(1 / Double(t), 1 / 500.0) * ((x[t] - x[t - 1]) * (x[t] - x[t - 1]) - u)
            }
            result.append((m, v > 0 ? v.squareRoot() : 1, u > 0 ? u.squareRoot() : 1))
        }
        return result
    }

    @Test("the scales follow their equations on a clean series", arguments: [1, 2, 3] as [UInt64])
    func followsEquations(seed: UInt64) throws {
        let series = noisySine(2000, seed: seed)
        let expected = reference(series)
        var scaler = Scaler()
        for (t, value) in series.enumerated() {
            scaler.add(level: value)
            if t > 0 { scaler.add(step: value - series[t - 1]) }
            let (mean, deviation, step) = expected[t]
            try #require(abs(scaler.mean - mean) <= 1e-12, "seed \(seed), sample \(t)")
            try #require(abs(scaler.deviation - deviation) <= 1e-12, "seed \(seed), sample \(t)")
            try #require(abs(scaler.step - step) <= 1e-12, "seed \(seed), sample \(t)")
        }
    }

    @Test("one value far off moves the level by 20 deviations and the step by 30 at most")
    func clips() {
        var scaler = Scaler()
        let series = noisySine(1000, seed: 4)
        for (t, value) in series.enumerated() {
            scaler.add(level: value)
            if t > 0 { scaler.add(step: value - series[t - 1]) }
        }
        let (mean, deviation, step) = (scaler.mean, scaler.deviation, scaler.step)
        scaler.add(level: 1e9)
        scaler.add(step: 1e9)
        #expect(abs(scaler.mean - mean - 20 * deviation / 500) < 1e-9)
        #expect(abs(scaler.step - step * (1 + 899 / 500.0).squareRoot()) < 1e-9)
    }

    @Test("a series that has not moved has unit scales")
    func constant() {
        var scaler = Scaler()
        for _ in 0..<100 {
            scaler.add(level: 7)
            scaler.add(step: 0)
        }
        #expect(scaler.mean == 7 && scaler.deviation == 1 && scaler.step == 1)
        #expect(!scaler.hasMoved)
    }
}
