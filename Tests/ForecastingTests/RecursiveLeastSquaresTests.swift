import Forecasting
import Glibc
import Kernels
import TestSupport
import Testing

@Suite("RecursiveLeastSquares")
struct RecursiveLeastSquaresTests {
    /// The equations of RECIPE.md C4 on the whole matrix, step by step.
    private func reference(
        _ inputs: [[Double]], _ targets: [Double], prior: [Double], forgetting: Double
    ) -> [[Double]] {
        let d = prior.count
        var w = [Double](repeating: 0, count: d)
        var p = (0..<d).map { i in (0..<d).map { j in i == j ? prior[i] : 0 } }
        var (square, n) = (0.0, 0)
        var weights: [[Double]] = []
        for (f, y) in zip(inputs, targets) {
            let g = p.map { row in zip(row, f).reduce(0) { $0 + $1.0 * $1.1 } }
            let e = y - zip(w, f).reduce(0) { $0 + $1.0 * $1.1 }
            let bound = 3 * square.squareRoot()
            let r = n > 10 && abs(e) > bound ? bound / abs(e) : 1
            let trace = (0..<d).reduce(0) { $0 + p[$1][$1] }
            let kept = trace < prior.reduce(0, +) ? forgetting : 1
            let denominator = kept / r + zip(f, g).reduce(0) { $0 + $1.0 * $1.1 }
            for i in 0..<d {
                w[i] += g[i] * e / denominator
                for j in 0..<d { p[i][j] = (p[i][j] - g[i] * g[j] / denominator) / kept }
            }
            n += 1
            let capped = n > 11 ? min(e * e, 81 * square) : e * e
            square += max(1 / Double(n), 0.005) * (capped - square)
            weights.append(w)
        }
        return weights
    }

    @Test("the weights follow their equations", arguments: [1, 2, 3] as [UInt64])
    func followsEquations(seed: UInt64) throws {
        for blockSize in 1...4 {
            try followsEquations(seed, blockSize, in: Double.self, within: 1e-9)
            try followsEquations(seed, blockSize, in: Float.self, within: 3e-4)
        }
    }

    private func followsEquations<Scalar: Real>(
        _ seed: UInt64, _ blockSize: Int, in scalar: Scalar.Type, within tolerance: Double
    ) throws {
        var random = SplitMix64(seed: seed)
        let prior = [0.03, 0.01, 0.01, 0.003, 0.03, 0.1]
        let truth = prior.map { _ in random.normal() }
        var inputs: [[Double]] = []
        var targets: [Double] = []
        for step in 0..<500 {
            let f = prior.map { _ in random.normal() }
            inputs.append(f)
            let noise = 0.3 * random.normal() * (step % 50 == 49 ? 40 : 1)
            targets.append(zip(truth, f).reduce(noise) { $0 + $1.0 * $1.1 })
        }
        let expected = reference(inputs, targets, prior: prior, forgetting: 0.98)
        var regression = RecursiveLeastSquares<Scalar>(
            prior: prior, forgetting: 0.98, blockSize: blockSize)
        for t in inputs.indices {
            regression.learn(inputs[t], target: targets[t])
            // Those of the last whole block.
            let learned = (t + 1) / blockSize * blockSize
            for k in prior.indices {
                let weight = learned == 0 ? 0 : expected[learned - 1][k]
                try #require(
                    abs(regression.weights[k] - weight) < tolerance,
                    "seed \(seed), blocks of \(blockSize), step \(t), weight \(k)")
            }
        }
        for k in prior.indices { #expect(abs(regression.weights[k] - truth[k]) < 0.3) }
    }

    @Test(
        "inputs that hardly vary for 200,000 samples leave the weights finite", arguments: [1, 4])
    func poorInputs(blockSize: Int) throws {
        var random = SplitMix64(seed: 8)
        var regression = RecursiveLeastSquares<Float>(
            prior: [Double](repeating: 0.03, count: 9), forgetting: 0.99, blockSize: blockSize)
        for step in 0..<200_000 {
            let varies = step % 20_000 < 100
            let inputs = (0..<9).map { $0 == 0 ? 1 : (varies ? 6 * random.normal() : 0) }
            regression.learn(inputs, target: varies ? random.normal() : 0.1)
            for weight in regression.weights { try #require(abs(weight) < 100, "step \(step)") }
        }
    }
}
