import Forecasting
import TestSupport
import Testing

@Suite("Regressions by the part of a season")
struct SlotRegressionsTests {
    private static func inputs(_ generator: inout SplitMix64) -> SlotRegressions.Inputs {
        var inputs = SlotRegressions.Inputs.zero
        for index in inputs.indices { inputs[index] = Float(generator.normal()) }
        return inputs
    }

    @Test("each learns its own weights")
    func learns() {
        var generator = SplitMix64(seed: 1)
        var regressions = SlotRegressions(horizons: 2)
        let models = [0, 5, 24 + 5]
        let weights = models.map { _ in Self.inputs(&generator) }
        for _ in 0..<2000 {
            for (model, weights) in zip(models, weights) {
                let inputs = Self.inputs(&generator)
                let target = Double((weights * inputs).sum()) + 0.1 * generator.normal()
                let error = target - regressions.predict(model, inputs)
                regressions.learn(model, inputs, error: error, share: 1)
            }
        }
        for (model, weights) in zip(models, weights) {
            let inputs = Self.inputs(&generator)
            let expected = Double((weights * inputs).sum())
            #expect(abs(regressions.predict(model, inputs) - expected) < 0.1, "\(model)")
        }
        #expect(regressions.predict(1, Self.inputs(&generator)) == 0)
    }

    @Test("is the formula of least squares, with the outlier's share")
    func formula() {
        var regressions = SlotRegressions(horizons: 1)
        var inputs = SlotRegressions.Inputs.zero
        (inputs[0], inputs[3]) = (1, 2)
        // P = .01: g = (.01, .02), φ·g = .05.
        regressions.learn(0, inputs, error: 3, share: 0.5)
        // Nothing is forgotten while P is the prior one.
        let expected = 3 * 0.05 / (1 / 0.5 + 0.05)
        #expect(abs(regressions.predict(0, inputs) - expected) < 1e-6)
    }

    @Test("repetitions of one input do not wind it up")
    func windUp() {
        var generator = SplitMix64(seed: 2)
        var regressions = SlotRegressions(horizons: 1)
        var constant = SlotRegressions.Inputs.zero
        constant[0] = 1
        for _ in 0..<100_000 {
            let error = 1 + 0.1 * generator.normal() - regressions.predict(0, constant)
            regressions.learn(0, constant, error: error, share: 1)
        }
        #expect(abs(regressions.predict(0, constant) - 1) < 0.05)
        let other = Self.inputs(&generator)
        regressions.learn(0, other, error: 1, share: 1)
        #expect(abs(regressions.predict(0, other)) < 3)
    }
}
