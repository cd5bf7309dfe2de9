import Kernels
import TestSupport
import Testing

@Suite("Likeness of a sequence to its past")
struct SimilarityTests {
    private func numbers(_ count: Int, _ random: inout SplitMix64) -> [Float] {
        (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    }

    @Test("distances and weighted sums are what defines them", arguments: [1, 7, 8, 9, 31, 200])
    func definition(count: Int) {
        let seed: UInt64 = 6
        var random = SplitMix64(seed: seed)
        let (before, past) = (numbers(count, &random), numbers(count, &random))
        let (a, b) = (numbers(count, &random), numbers(count, &random))
        var distances = before
        do {
            var span = distances.mutableSpan
            addDistances(
                &span, between: 0.3, and: past.span, scaledBy: 4, decay: 0.9, largest: 2)
        }
        for index in 0..<count {
            let square = (0.3 - past[index]) * 4 * ((0.3 - past[index]) * 4)
            #expect(abs(distances[index] - (0.9 * before[index] + min(square, 2))) < 1e-5)
        }
        let least = smallest(distances.span)
        #expect(least == distances.min())
        var expected: (weights: Float, a: Float, b: Float) = (0, 0, 0)
        for index in 0..<count {
            var weight = max(0, 1 - (distances[index] - least) * 0.8)
            for _ in 0..<3 { weight *= weight }
            expected.weights += weight
            expected.a += weight * a[index]
            expected.b += weight * b[index]
        }
        let sums = weightedSums(distances.span, above: least, slope: 0.8, a.span, b.span)
        #expect(abs(sums.weights - expected.weights) < 1e-4, "seed \(seed)")
        #expect(abs(sums.a - expected.a) < 1e-4 && abs(sums.b - expected.b) < 1e-4)
    }
}
