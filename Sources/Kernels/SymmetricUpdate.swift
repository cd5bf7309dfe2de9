import CKernels

/// P ← (P + a·g·gᵀ)·b and h ← P·f with the new P, in one pass over P.
///
/// P: symmetric [d, d], its lower triangle row by row, packed: [d(d+1)/2].   g, f, h: [d].
///
/// What recursive least squares does with a sample, twice as fast in one pass as in two, for P is
/// read from memory once. `plainUpdateSymmetric` defines it; the kernels add in another order.
package func updateSymmetric(
    _ p: inout MutableSpan<Double>, byOuterProductOf g: Span<Double>, times a: Double,
    scaledBy b: Double, thenMultiply f: Span<Double>, into h: inout MutableSpan<Double>
) {
    precondition(g.count == f.count && h.count == f.count)
    precondition(p.count == packedCount(f.count))
    guard foretide_has_kernels() else {
        return plainUpdateSymmetric(
            &p, byOuterProductOf: g, times: a, scaledBy: b, thenMultiply: f, into: &h)
    }
    let count = f.count
    unsafe p.withUnsafeMutableBufferPointer { p in
        unsafe g.withUnsafeBufferPointer { g in
            unsafe f.withUnsafeBufferPointer { f in
                unsafe h.withUnsafeMutableBufferPointer { h in
                    unsafe foretide_update_symmetric(
                        p.baseAddress, g.baseAddress, a, b, f.baseAddress, h.baseAddress, count)
                }
            }
        }
    }
}

/// The definition of `updateSymmetric`.
///
/// Row i adds P[i, j]·f[j] to h[i] and P[i, j]·f[i] to h[j], for j < i.
package func plainUpdateSymmetric(
    _ p: inout MutableSpan<Double>, byOuterProductOf g: Span<Double>, times a: Double,
    scaledBy b: Double, thenMultiply f: Span<Double>, into h: inout MutableSpan<Double>
) {
    fill(&h, with: 0)
    var row = 0
    for i in 0..<f.count {
        let (factor, fi) = unsafe (a * g[unchecked: i], f[unchecked: i])
        var sum = 0.0
        for j in 0..<i {
            let new = unsafe (p[unchecked: row &+ j] + factor * g[unchecked: j]) * b
            unsafe p[unchecked: row &+ j] = new
            sum += unsafe new * f[unchecked: j]
            unsafe h[unchecked: j] += new * fi
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
