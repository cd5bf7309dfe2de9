import Kernels
import TestSupport
import Testing

@Suite("Update of a symmetric matrix in blocks")
struct SymmetricUpdateTests {
    private static let rank = SymmetricLayout.rank

    /// A case with numbers in all places that count, and zeros where the layout asks for them.
    private struct Case {
        let layout: SymmetricLayout
        let rows: Int
        var p: [Float]
        var f: [Float] = []
        var h: [Float] = []
        var c = [4 of Float](repeating: 0)

        init(count d: Int, rows: Int = rank, seed: UInt64) {
            layout = SymmetricLayout(d)
            self.rows = rows
            var random = SplitMix64(seed: seed)
            func number() -> Float { Float.random(in: -1...1, using: &random) }
            p = [Float](repeating: 0, count: layout.size)
            for i in 0..<d {
                for j in 0...i {
                    p[layout.row(i) + j] = number()
                    if j >= layout.ownColumns(ofRow: i).start {
                        p[layout.row(j) + i] = p[layout.row(i) + j]
                    }
                }
            }
            for k in 0..<rows {
                f += (0..<layout.padded).map { $0 < d ? number() : 0 }
                h += (0..<layout.padded).map { $0 < d ? number() : 0 }
                c[k] = number()
            }
        }

        /// Entry (i, j) of P.
        func at(_ i: Int, _ j: Int) -> Double {
            Double(p[layout.row(max(i, j)) + min(i, j)])
        }

        /// Row k of f or h.
        func row(_ k: Int, of rows: [Float]) -> [Double] {
            rows[k * layout.padded..<k * layout.padded + layout.count].map { Double($0) }
        }

        /// Whether what fills the rows of h is 0.
        var isFilled: Bool {
            (0..<rows).allSatisfy { k in
                h[k * layout.padded + layout.count..<(k + 1) * layout.padded].allSatisfy { $0 == 0 }
            }
        }
    }

    private static func dot(_ x: [Double], _ y: [Double]) -> Double {
        zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private static let counts = [1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 64, 111, 131]

    @Test("it is the update of the whole matrix", arguments: counts, [false, true])
    func update(count d: Int, isPlain: Bool) throws {
        for rows in 1...Self.rank { try update(count: d, isPlain, rows: rows) }
    }

    private func update(count d: Int, _ isPlain: Bool, rows: Int) throws {
        let seed: UInt64 = 3
        let before = Case(count: d, rows: rows, seed: seed)
        var after = before
        (isPlain ? plainUpdateSymmetric : updateSymmetric)(
            &after.p, before.layout, before.h, before.c, 1.25)
        for i in 0..<d {
            for j in 0..<d {
                var expected = before.at(i, j)
                for k in 0..<rows {
                    let h = before.row(k, of: before.h)
                    expected += Double(before.c[k]) * h[i] * h[j]
                }
                try #require(
                    abs(after.at(i, j) - 1.25 * expected) < 3e-6, "seed \(seed), (\(i), \(j))")
            }
        }
        let trace = (0..<d).reduce(0) { $0 + after.at($1, $1) }
        #expect(abs(after.layout.trace(after.p.span) - trace) < 1e-4)
        // What fills the rows stays 0.
        for i in 0..<d where after.layout.ownColumns(ofRow: i).end > d {
            let row = after.layout.row(i)
            for j in d..<after.layout.ownColumns(ofRow: i).end {
                try #require(after.p[row + j] == 0)
            }
        }
    }

    @Test("products are those of the whole matrix", arguments: counts, [false, true])
    func multiply(count d: Int, isPlain: Bool) throws {
        for rows in 1...Self.rank { try multiply(count: d, isPlain, rows: rows) }
    }

    private func multiply(count d: Int, _ isPlain: Bool, rows: Int) throws {
        let seed: UInt64 = 5
        var numbers = Case(count: d, rows: rows, seed: seed)
        for index in numbers.h.indices { numbers.h[index] = .nan }
        let (p, layout, f) = (numbers.p, numbers.layout, numbers.f)
        (isPlain ? plainMultiplySymmetric : multiplySymmetric)(p, layout, f, &numbers.h)
        for k in 0..<rows {
            let (inputs, products) = (numbers.row(k, of: f), numbers.row(k, of: numbers.h))
            for i in 0..<d {
                let expected = Self.dot((0..<d).map { numbers.at(i, $0) }, inputs)
                try #require(abs(products[i] - expected) < 1e-4, "seed \(seed), (\(k), \(i))")
            }
        }
        #expect(numbers.isFilled)
    }

    @Test("a product takes in the updates before it", arguments: counts, [false, true])
    func complete(count d: Int, isPlain: Bool) throws {
        let seed: UInt64 = 6
        for k in 0..<Self.rank {
            let before = Case(count: d, seed: seed)
            var after = before
            let overlaps = (isPlain ? plainCompleteProduct : completeProduct)(
                &after.h, before.layout, k, before.f, before.c)
            let inputs = before.row(k, of: before.f)
            var expected = before.row(k, of: before.h)
            for j in 0..<k {
                let former = before.row(j, of: before.h)
                let overlap = Self.dot(former, inputs)
                #expect(abs(Double(overlaps[j]) - overlap) < 1e-4)
                for i in 0..<d { expected[i] += Double(before.c[j]) * overlap * former[i] }
            }
            let made = after.row(k, of: after.h)
            for i in 0..<d {
                try #require(
                    abs(made[i] - expected[i]) < 1e-4 * max(1, abs(expected[i])),
                    "seed \(seed), row \(k), \(i)")
            }
            #expect(abs(Double(overlaps[k]) - Self.dot(made, inputs)) < 1e-3)
            let square = Self.dot(made, made)
            #expect(abs(Double(overlaps[k + 1]) - square) < 1e-5 * max(1, square))
            // The other rows are left as they are.
            for j in 0..<Self.rank where j != k {
                #expect(after.row(j, of: after.h) == before.row(j, of: before.h))
            }
            #expect(after.isFilled)
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
        let inputs = numbers.row(0, of: numbers.f).map { Float($0) }
        func product(_ p: [Float], _ layout: SymmetricLayout) -> ArraySlice<Float> {
            let f = inputs + [Float](repeating: 0, count: layout.padded - d)
            var h = [Float](repeating: .nan, count: layout.padded)
            plainMultiplySymmetric(p, layout, by: f, into: &h)
            return h.prefix(d)
        }
        for (mine, other) in zip(product(packed, small), product(numbers.p, wide)) {
            try #require(abs(mine - other) < 1e-4)
        }
    }
}
