/// P ← (P + a·g·gᵀ)·b and h ← P·f with the new P, in one pass over P.
///
/// P: symmetric [d, d], its lower triangle row by row, packed: [d(d+1)/2].   g, f, h: [d].
///
/// What recursive least squares does with a sample, twice as fast in one pass as in two, for P is
/// read from memory once. Row i adds P[i, j]·f[j] to h[i] and P[i, j]·f[i] to h[j], for j < i:
///
///     for i in 0..<d { for j in 0..<i { … four at a time, in lanes j mod 4 … } diagonal }
///
/// Each number of the new P is (p + (a·g[i])·g[j])·b; each h[i] adds its four lanes as
/// (s₀ + s₁) + (s₂ + s₃), then what is left over after the last whole four. The lanes are written
/// out, so the bits do not depend on the machine.
@inlinable
package func updateSymmetric<Scalar: Real & SIMDScalar>(
    _ p: inout MutableSpan<Scalar>, byOuterProductOf g: Span<Scalar>, times a: Scalar,
    scaledBy b: Scalar, thenMultiply f: Span<Scalar>, into h: inout MutableSpan<Scalar>
) {
    precondition(g.count == f.count && h.count == f.count)
    precondition(p.count == packedCount(f.count))
    fill(&h, with: 0)
    var row = 0
    for i in 0..<f.count {
        let (factor, fi) = unsafe (a * g[unchecked: i], f[unchecked: i])
        let (factors, fis) = (SIMD4(repeating: factor), SIMD4(repeating: fi))
        let scales = SIMD4(repeating: b)
        var sums = SIMD4<Scalar>(repeating: 0)
        let blocked = i & ~3
        var j = 0
        while j < blocked {
            let new = unsafe (p.four(at: row &+ j) + factors * g.four(at: j)) * scales
            sums += unsafe new * f.four(at: j)
            let products = unsafe h.four(at: j) + new * fis
            unsafe p.setFour(new, at: row &+ j)
            unsafe h.setFour(products, at: j)
            j &+= 4
        }
        var sum = (sums[0] + sums[1]) + (sums[2] + sums[3])
        while j < i {
            let new = unsafe (p[unchecked: row &+ j] + factor * g[unchecked: j]) * b
            unsafe p[unchecked: row &+ j] = new
            sum += unsafe new * f[unchecked: j]
            unsafe h[unchecked: j] += new * fi
            j &+= 1
        }
        let diagonal = unsafe (p[unchecked: row &+ i] + factor * g[unchecked: i]) * b
        unsafe p[unchecked: row &+ i] = diagonal
        unsafe h[unchecked: i] += sum + diagonal * fi
        row &+= i &+ 1
    }
}

/// Numbers in the packed lower triangle of a symmetric [d, d].
@inlinable
package func packedCount(_ d: Int) -> Int { d * (d + 1) / 2 }

/// The sum of the diagonal of a packed symmetric [d, d].
@inlinable
package func packedTrace<Scalar: Real>(_ p: Span<Scalar>, count d: Int) -> Scalar {
    precondition(p.count == packedCount(d))
    var sum: Scalar = 0
    var index = 0
    for row in 0..<d {
        sum += unsafe p[unchecked: index]
        index &+= row &+ 2
    }
    return sum
}

// Four neighbours as one vector. The compiler makes one load or store of them.
extension Span where Element: SIMDScalar {
    @unsafe @inlinable @inline(__always)
    func four(at index: Int) -> SIMD4<Element> {
        unsafe SIMD4(
            self[unchecked: index], self[unchecked: index &+ 1], self[unchecked: index &+ 2],
            self[unchecked: index &+ 3])
    }
}

extension MutableSpan where Element: SIMDScalar {
    @unsafe @inlinable @inline(__always)
    func four(at index: Int) -> SIMD4<Element> {
        unsafe SIMD4(
            self[unchecked: index], self[unchecked: index &+ 1], self[unchecked: index &+ 2],
            self[unchecked: index &+ 3])
    }

    @unsafe @inlinable @inline(__always)
    mutating func setFour(_ numbers: SIMD4<Element>, at index: Int) {
        unsafe self[unchecked: index] = numbers[0]
        unsafe self[unchecked: index &+ 1] = numbers[1]
        unsafe self[unchecked: index &+ 2] = numbers[2]
        unsafe self[unchecked: index &+ 3] = numbers[3]
    }
}
