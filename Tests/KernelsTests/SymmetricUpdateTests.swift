import Kernels
import TestSupport
import Testing

@Suite("Update of a packed symmetric matrix")
struct SymmetricUpdateTests {
    @Test(
        "it is the update of the whole matrix, then the product, plain and fast",
        arguments: [1, 2, 4, 7, 8, 12, 33, 111, 131], [false, true])
    func wholeMatrix(count d: Int, isPlain: Bool) throws {
        let seed: UInt64 = 3
        var random = SplitMix64(seed: seed)
        func numbers(_ count: Int) -> [Double] {
            (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
        }
        var packed = numbers(packedCount(d))
        let (g, f, a, b) = (numbers(d), numbers(d), -0.3, 1.0005)
        func at(_ i: Int, _ j: Int) -> Double {
            packed[packedCount(max(i, j)) + min(i, j)]
        }
        let expected = (0..<d).map { i in (0..<d).map { j in (at(i, j) + a * g[i] * g[j]) * b } }
        let trace = (0..<d).reduce(0) { $0 + expected[$1][$1] }
        var h = [Double](repeating: .nan, count: d)
        do {
            var packedSpan = packed.mutableSpan
            var product = h.mutableSpan
            let update = isPlain ? plainUpdateSymmetric : updateSymmetric
            update(&packedSpan, g.span, a, b, f.span, &product)
        }
        for i in 0..<d {
            for j in 0..<d {
                try #require(abs(at(i, j) - expected[i][j]) < 1e-14, "seed \(seed), (\(i), \(j))")
            }
            let sum = (0..<d).reduce(0) { $0 + expected[i][$1] * f[$1] }
            try #require(abs(h[i] - sum) < 1e-12, "seed \(seed), row \(i)")
        }
        #expect(abs(packedTrace(packed.span, count: d) - trace) < 1e-12)
    }
}
