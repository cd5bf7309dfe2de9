import Kernels
import TestSupport
import Testing

@Suite("Likeness of a sequence to its past")
struct SimilarityTests {
    private func numbers(_ count: Int, _ random: inout SplitMix64) -> [Float] {
        (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    }

    private static let counts = [1, 7, 8, 9, 16, 31, 200, 1016]

    @Test("distances and their smallest are what defines them", arguments: counts, [false, true])
    func distances(count: Int, isPlain: Bool) throws {
        var random = SplitMix64(seed: 6)
        let (before, past) = (numbers(count, &random), numbers(count, &random))
        for compared in [0, count / 2, count - 1, count] {
            var distances = before
            let least: Float
            do {
                var span = distances.mutableSpan
                let add = isPlain ? plainAddDistances : addDistances
                least = add(&span, 0.3, past.span, 4, 0.9, 2, compared)
            }
            for index in 0..<count {
                let square = (0.3 - past[index]) * 4 * ((0.3 - past[index]) * 4)
                let expected = 0.9 * before[index] + min(square, 2)
                try #require(abs(distances[index] - expected) < 1e-5, "\(index) of \(count)")
            }
            #expect(least == distances.prefix(compared).min() ?? .infinity)
        }
    }

    @Test("weighted sums are what defines them", arguments: counts, [false, true])
    func sums(count: Int, isPlain: Bool) {
        var random = SplitMix64(seed: 7)
        let distances = numbers(count, &random)
        let (a, b) = (numbers(count, &random), numbers(count, &random))
        var expected: (weights: Double, a: Double, b: Double) = (0, 0, 0)
        for index in 0..<count {
            var weight = Double(max(0, 1 - (distances[index] + 1) * 0.8))
            for _ in 0..<3 { weight *= weight }
            expected.weights += weight
            expected.a += weight * Double(a[index])
            expected.b += weight * Double(b[index])
        }
        let sum = isPlain ? plainWeightedSums : weightedSums
        let sums = sum(distances.span, -1, 0.8, a.span, b.span)
        #expect(abs(Double(sums.weights) - expected.weights) < 1e-4)
        #expect(abs(Double(sums.a) - expected.a) < 1e-4)
        #expect(abs(Double(sums.b) - expected.b) < 1e-4)
    }
}
