import Kernels
import TestSupport
import Testing

/// Small whole numbers, whose sums and products are exact in any order.
private func wholeNumbers(_ count: Int, _ random: inout SplitMix64) -> [Float] {
    (0..<count).map { _ in Float(Int.random(in: -9...9, using: &random)) }
}

@Suite("Products")
struct ProductsTests {
    /// Rows and columns around the widths that vectorised code treats apart.
    static let sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33]

    @Test("a product adds every row times its factor", arguments: sizes, sizes)
    func product(rows: Int, columns: Int) {
        var random = SplitMix64(seed: 1)
        let x = wholeNumbers(rows, &random)
        let w = wholeNumbers(rows * columns, &random)
        let start = wholeNumbers(columns, &random)
        var y = start
        var span = y.mutableSpan
        addProduct(x.span, w.span, to: &span)
        for column in 0..<columns {
            let terms = (0..<rows).map { x[$0] * w[$0 * columns + column] }
            #expect(y[column] == start[column] + terms.reduce(0, +))
        }
    }

    @Test("an outer product adds to every element", arguments: sizes, sizes)
    func outerProduct(rows: Int, columns: Int) {
        var random = SplitMix64(seed: 2)
        let x = wholeNumbers(rows, &random)
        let dy = wholeNumbers(columns, &random)
        let start = wholeNumbers(rows * columns, &random)
        var dw = start
        var span = dw.mutableSpan
        addOuterProduct(x.span, dy.span, to: &span)
        for row in 0..<rows {
            for column in 0..<columns {
                let index = row * columns + column
                #expect(dw[index] == start[index] + x[row] * dy[column])
            }
        }
    }

    @Test("a transpose of a transpose is the matrix", arguments: sizes, sizes)
    func transposed(rows: Int, columns: Int) {
        var random = SplitMix64(seed: 3)
        let w = wholeNumbers(rows * columns, &random)
        var once = [Float](repeating: 0, count: w.count)
        var twice = once
        transpose(w.span, rows: rows, into: &once)
        transpose(once.span, rows: columns, into: &twice)
        #expect(twice == w)
        #expect(once[(columns - 1) * rows] == w[columns - 1])
    }

    @Test("vectors: dot, scaled sums, sum of squares, copies", arguments: sizes)
    func vectors(count: Int) {
        var random = SplitMix64(seed: 4)
        let (x, y) = (wholeNumbers(count, &random), wholeNumbers(count, &random))
        let z = wholeNumbers(count, &random)
        let xy = zip(x, y).map { $0 * $1 }
        #expect(dot(x.span, y.span) == xy.reduce(0, +))
        #expect(dot(z.span, x.span, y.span) == zip(xy, z).map { $0 * $1 }.reduce(0, +))
        #expect(sumOfSquares(x.span) == x.map { $0 * $0 }.reduce(0, +))

        func result(_ change: (inout MutableSpan<Float>) -> Void) -> [Float] {
            var result = z
            var span = result.mutableSpan
            change(&span)
            return result
        }
        #expect(result { addScaled(x.span, by: 3, to: &$0) } == zip(z, x).map { $0 + 3 * $1 })
        #expect(
            result { addScaled(x.span, y.span, by: 3, to: &$0) } == zip(z, xy).map { $0 + 3 * $1 })
        #expect(result { add(x.span, to: &$0) } == zip(z, x).map { $0 + $1 })
        #expect(result { scale(&$0, by: -2) } == z.map { $0 * -2 })
        #expect(result { fill(&$0, with: 5) } == z.map { _ in 5 })
        #expect(result { copy(x.span, into: &$0) } == x)
        #expect(result { applyTanh(&$0) } == z.map { Float.tanh($0) })
        #expect(result { applySigmoid(&$0) } == z.map { Float.sigmoid($0) })
    }

    @Test("a sum of squares is added up in four interleaved parts", arguments: sizes)
    func partsOfSums(count: Int) {
        let seed: UInt64 = 6
        var random = SplitMix64(seed: seed)
        let x = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
        var sums: [Float] = [0, 0, 0, 0]
        // What is left over after the last whole four belongs to the first part.
        for index in 0..<count { sums[index < count & ~3 ? index % 4 : 0] += x[index] * x[index] }
        #expect(sumOfSquares(x.span) == (sums[0] + sums[1]) + (sums[2] + sums[3]), "seed \(seed)")
    }

    @Test("a copy within a span moves one range on")
    func copyingWithin() {
        var values: [Float] = [1, 2, 3, 4, 5, 6]
        var span = values.mutableSpan
        copyWithin(&span, from: 0, to: 4, count: 2)
        #expect(values == [1, 2, 3, 4, 1, 2])
    }

    @Test("a result does not depend on the width of the vectors it runs in")
    func orderOfSums() {
        let seed: UInt64 = 5
        var random = SplitMix64(seed: seed)
        let (rows, columns) = (23, 37)
        let x = (0..<rows).map { _ in Float.random(in: -1...1, using: &random) }
        let w = (0..<(rows * columns)).map { _ in Float.random(in: -1...1, using: &random) }
        var y = [Float](repeating: 0.1, count: columns)
        var span = y.mutableSpan
        addProduct(x.span, w.span, to: &span)
        for column in 0..<columns {
            var sum: Float = 0.1
            for row in 0..<rows { sum += x[row] * w[row * columns + column] }
            #expect(y[column] == sum, "seed \(seed)")
        }
    }
}
