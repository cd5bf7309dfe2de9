import Kernels
import TestSupport
import Testing

@Suite("Vectorised primitives of double precision")
struct VectorisedTests {
    @Test("tanh is that of the library", arguments: [1, 3, 4, 7, 8, 32, 61])
    func tanh(count: Int) {
        let seed: UInt64 = 6
        var random = SplitMix64(seed: seed)
        let special = [0, -0.0, 1e-300, -1e-9, 19.06, -20, 40, -700, 1e308]
        for round in 0..<200 {
            let reach = round % 2 == 0 ? 1.0 : 30
            let x = (0..<count).map { index in
                round == 0 && index < special.count
                    ? special[index] : Double.random(in: -reach...reach, using: &random)
            }
            var y = x
            do {
                var span = y.mutableSpan
                vectorisedTanh(&span)
            }
            for index in x.indices {
                #expect(abs(y[index] - Double.tanh(x[index])) < 4e-16, "tanh \(x[index])")
            }
        }
    }

    @Test("the dot product is that of the definition", arguments: [0, 1, 3, 8, 9, 31, 32, 33, 111])
    func dotProduct(count: Int) {
        var random = SplitMix64(seed: 7)
        let x = (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
        let y = (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
        #expect(abs(vectorisedDot(x.span, y.span) - dot(x.span, y.span)) < 1e-13)
    }
}
