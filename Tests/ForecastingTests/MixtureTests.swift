import Forecasting
import Glibc
import TestSupport
import Testing

@Suite("Mixture and guard")
struct MixtureTests {
    /// Experts of given biases and noises, and the targets they try to forecast.
    private func problem(seed: UInt64, steps: Int, experts: [(bias: Double, noise: Double)])
        -> (targets: [Double], forecasts: [[Double]])
    {
        var generator = SplitMix64(seed: seed)
        var targets: [Double] = []
        var forecasts: [[Double]] = []
        for _ in 0..<steps {
            let target = generator.normal()
            targets.append(target)
            forecasts.append(
                [0] + experts.map { target + $0.bias + $0.noise * generator.normal() })
        }
        return (targets, forecasts)
    }

    /// ML-Poly written from the equations of RECIPE.md C7a over all regrets so far.
    private func reference(_ targets: [Double], _ forecasts: [[Double]], prior: [Double])
        -> [[Double]]
    {
        var weights = [prior]
        var gains: [[Double]] = []
        for (y, f) in zip(targets, forecasts) {
            let w = weights.last!
            let mixed = zip(w, f).reduce(0) { $0 + $1.0 * $1.1 }
            gains.append(f.map { 2 * (mixed - y) * (mixed - $0) })
            let bound = gains.joined().reduce(1e-12) { max($0, $1 * $1) }
            let shares = prior.indices.map { k in
                let regret = gains.reduce(0) { $0 + $1[k] }
                let squares = gains.reduce(0) { $0 + $1[k] * $1[k] }
                return prior[k] * max(regret, 0) / (squares + bound)
            }
            let sum = shares.reduce(0, +)
            weights.append(sum > 0 ? shares.map { $0 / sum } : prior)
        }
        return weights
    }

    @Test("the weights follow their equations", arguments: [1, 2, 3] as [UInt64])
    func followsEquations(seed: UInt64) throws {
        let (targets, forecasts) = problem(
            seed: seed, steps: 300, experts: [(0.1, 0.4), (0, 0.5), (-0.8, 0.9)])
        let prior = Mixture.prior([.persistence, .ar2, .ar8, .full])
        let expected = reference(targets, forecasts, prior: prior)
        var mixture = Mixture(prior: prior)
        for t in targets.indices {
            for k in prior.indices {
                try #require(
                    abs(mixture.weights[k] - expected[t][k]) <= 1e-9,
                    "seed \(seed), step \(t), expert \(k)")
            }
            let mixed = mixture.combine(forecasts[t])
            mixture.learn(forecasts: forecasts[t], mixed: mixed, target: targets[t])
        }
    }

    @Test("nearly all weight goes to an expert that is right")
    func prefersTheBest() {
        let (targets, forecasts) = problem(seed: 9, steps: 500, experts: [(0, 0.05), (0, 2)])
        var mixture = Mixture(prior: Mixture.prior([.persistence, .ar2, .full]))
        for t in targets.indices {
            mixture.learn(
                forecasts: forecasts[t], mixed: mixture.combine(forecasts[t]), target: targets[t])
        }
        #expect(mixture.weights[1] > 0.95)
    }

    @Test("the prior leaves a fifth to persistence and shares the rest equally")
    func prior() {
        #expect(Mixture.prior([.persistence]) == [1])
        #expect(Mixture.prior([.persistence, .full]) == [0.2, 0.8])
        for trust in [false, true] {
            let prior = Mixture.prior(ModelConfiguration().activeExperts, trustsNet: trust)
            #expect(abs(prior.reduce(0, +) - 1) < 1e-15)
            #expect(prior[0] == (trust ? 0.1 : 0.2) && prior[3] == (trust ? 0.6 : 0.2))
        }
    }

    @Test("the guard follows its equations", arguments: [1, 2] as [UInt64])
    func guardFollowsEquations(seed: UInt64) throws {
        let (targets, forecasts) = problem(seed: seed, steps: 400, experts: [(0.2, 1.1)])
        var tested = PersistenceGuard()
        var (a, mean) = (0.2, 0.0)
        for t in targets.indices {
            let (y, f) = (targets[t], forecasts[t][1])
            let out = (1 - a) * f
            try #require(abs(tested.apply(to: f) - out) <= 1e-12, "seed \(seed), step \(t)")
            let loss = pow(out - y, 2)
            mean += max(1 / Double(t + 1), 0.01) * (loss - mean)
            let x0 = max(-2, min(2, 0.2 * (y * y - loss) / mean))
            let x1 = max(-2, min(2, 0.2 * (pow(f - y, 2) - loss) / mean))
            let (w0, w1) = (a * exp(-x0), (1 - a) * exp(-x1))
            a = 0.9999 * w0 / (w0 + w1) + 0.0001 * 0.2
            tested.learn(mixed: f, target: y)
        }
    }

    @Test("the guard falls back to persistence when the mixture is worse")
    func fallsBack() {
        var tested = PersistenceGuard()
        var generator = SplitMix64(seed: 5)
        for _ in 0..<200 { tested.learn(mixed: 3 * generator.normal(), target: generator.normal()) }
        #expect(tested.weight > 0.95)
    }
}
