import Kernels
import TestSupport
import Testing

@Suite("Update of a symmetric matrix in blocks")
struct SymmetricUpdateTests {
    private static let rank = SymmetricLayout.rank

    /// A case with numbers in all places that count, and zeros where the layout asks for them.
    private struct Case {
        let layout: SymmetricLayout
        var p: [Float]
        var g: [Float] = []
        var c: [Float] = []
        var f: [Float]
        var h: [Float]

        init(count d: Int, seed: UInt64) {
            layout = SymmetricLayout(d)
            var random = SplitMix64(seed: seed)
            func number() -> Float { Float.random(in: -1...1, using: &random) }
            p = [Float](repeating: 0, count: layout.size)
            f = [Float](repeating: 0, count: layout.padded)
            h = [Float](repeating: .nan, count: layout.padded)
            for i in 0..<d {
                f[i] = number()
                for j in 0...i {
                    p[layout.row(i) + j] = number()
                    if j >= layout.ownColumns(ofRow: i).start {
                        p[layout.row(j) + i] = p[layout.row(i) + j]
                    }
                }
            }
            for _ in 0..<rank {
                g += (0..<layout.padded).map { $0 < d ? number() : 0 }
                c.append(number())
            }
        }

        /// Entry (i, j) of P.
        func at(_ i: Int, _ j: Int) -> Double {
            Double(p[layout.row(max(i, j)) + min(i, j)])
        }

        /// (P + Σ c·g·gᵀ)·scale over the first `count` of g, the whole matrix.
        func updated(by count: Int, scale: Double) -> [[Double]] {
            (0..<layout.count).map { i in
                (0..<layout.count).map { j in
                    var sum = at(i, j)
                    for k in 0..<count {
                        let start = k * layout.padded
                        sum += Double(c[k]) * Double(g[start + i]) * Double(g[start + j])
                    }
                    return sum * scale
                }
            }
        }

        /// Whether h is that matrix times f, and `product` f·h.
        func check(_ matrix: [[Double]], _ product: Float, _ seed: UInt64) throws {
            var whole = 0.0
            for i in 0..<layout.count {
                let sum = (0..<layout.count).reduce(0) { $0 + matrix[i][$1] * Double(f[$1]) }
                try #require(abs(Double(h[i]) - sum) < 1e-4, "seed \(seed), row \(i)")
                whole += sum * Double(f[i])
            }
            #expect(abs(Double(product) - whole) < 1e-3, "seed \(seed)")
        }
    }

    private static let counts = [1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 64, 111, 131]

    @Test(
        "it is the update of the whole matrix, then the product", arguments: counts, [false, true])
    func update(count d: Int, isPlain: Bool) throws {
        let seed: UInt64 = 3
        var numbers = Case(count: d, seed: seed)
        let expected = numbers.updated(by: Self.rank, scale: 1.25)
        let (layout, g, c, f) = (numbers.layout, numbers.g, numbers.c, numbers.f)
        var (p, h) = (numbers.p, numbers.h)
        let product: Float
        if isPlain {
            product = plainUpdateSymmetric(
                &p, layout, byOuterProductsOf: g, times: c, scaledBy: 1.25, thenMultiply: f,
                into: &h)
        } else {
            product = updateSymmetric(
                &p, layout, byOuterProductsOf: g, times: c, scaledBy: 1.25, thenMultiply: f,
                into: &h)
        }
        (numbers.p, numbers.h) = (p, h)
        for i in 0..<d {
            for j in 0..<d {
                try #require(
                    abs(numbers.at(i, j) - expected[i][j]) < 3e-6, "seed \(seed), (\(i), \(j))")
            }
        }
        try numbers.check(expected, product, seed)
        let trace = (0..<d).reduce(0) { $0 + expected[$1][$1] }
        #expect(abs(numbers.layout.trace(numbers.p.span) - trace) < 1e-4)
        // What fills rows and vectors stays 0.
        for i in 0..<d where numbers.layout.ownColumns(ofRow: i).end > d {
            let row = numbers.layout.row(i)
            for j in d..<numbers.layout.ownColumns(ofRow: i).end {
                try #require(numbers.p[row + j] == 0)
            }
        }
        for index in d..<numbers.layout.padded { #expect(numbers.h[index] == 0) }
    }

    @Test("a product with pending updates changes nothing", arguments: counts, [false, true])
    func multiply(count d: Int, isPlain: Bool) throws {
        let seed: UInt64 = 5
        for rank in 0...Self.rank {
            var numbers = Case(count: d, seed: seed)
            let expected = numbers.updated(by: rank, scale: 1)
            var h = numbers.h
            let product: Float
            if isPlain {
                product = plainMultiplySymmetric(
                    numbers.p, numbers.layout, plusOuterProductsOf: numbers.g, times: numbers.c,
                    rank: rank, by: numbers.f, into: &h)
            } else {
                product = multiplySymmetric(
                    numbers.p, numbers.layout, plusOuterProductsOf: numbers.g, times: numbers.c,
                    rank: rank, by: numbers.f, into: &h)
            }
            numbers.h = h
            try numbers.check(expected, product, seed)
        }
    }

    @Test("the layout's rows lie one behind the other", arguments: counts)
    func layout(count d: Int) {
        let layout = SymmetricLayout(d)
        for i in 0..<d {
            #expect(layout.row(i + 1) == layout.row(i) + layout.ownColumns(ofRow: i).end)
            #expect(layout.ownColumns(ofRow: i).end > i)
        }
        #expect(layout.size >= layout.row(d) && layout.padded >= d && layout.padded % 16 == 0)
    }

    @Test(
        "a matrix comes back from the small blocks as it was, and multiplies as before",
        arguments: counts)
    func repacked(count d: Int) throws {
        let numbers = Case(count: d, seed: 9)
        let (wide, small) = (numbers.layout, SymmetricLayout(d, isSmall: true))
        let packed = wide.repacked(numbers.p, to: small)
        #expect(small.padded % 4 == 0 && small.size <= wide.size)
        #expect(small.repacked(packed, to: wide) == numbers.p)
        #expect(small.trace(packed.span) == wide.trace(numbers.p.span))
        var h = [Float](repeating: .nan, count: small.padded)
        let f = Array(numbers.f.prefix(small.padded))
        let product = plainMultiplySymmetric(
            packed, small, plusOuterProductsOf: [], times: [], rank: 0, by: f, into: &h)
        var expected = numbers.h
        let whole = plainMultiplySymmetric(
            numbers.p, wide, plusOuterProductsOf: [], times: [], rank: 0, by: numbers.f,
            into: &expected)
        for index in h.indices { try #require(abs(h[index] - expected[index]) < 1e-4) }
        #expect(abs(product - whole) < 1e-3)
    }
}
