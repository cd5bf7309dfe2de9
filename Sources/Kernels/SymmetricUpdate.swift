import CKernels

/// A symmetric matrix [d, d] in blocks of 16, or of 4: row i has the columns up to the
/// end of its block, so what lies above the diagonal in a block is there twice. Rows are filled up
/// to a multiple of 4, vectors of its size to a whole block; what fills is 0.
package struct SymmetricLayout: Sendable, Equatable {
    /// d.
    package let count: Int
    /// Updates that `updateSymmetric` makes at once.
    package static let rank = Int(FORETIDE_RANK)
    /// log₂ of a block's rows: the kernels' blocks, for Float; smaller ones, for numbers that they
    /// do not take.
    private let shift: Int
    private var block: Int { 1 << shift }

    /// isSmall: in blocks of 4, which the kernels do not take.
    package init(_ count: Int, isSmall: Bool = false) {
        self.count = count
        shift = Int(isSmall ? FORETIDE_RANK : FORETIDE_BLOCK).trailingZeroBitCount
    }

    /// Numbers of a vector: d, filled up.
    package var padded: Int { Self.roundedUp(count, to: block) }

    /// Numbers of the matrix.
    package var size: Int { row(Self.roundedUp(count, to: Self.rank)) }

    /// Where row i begins.
    package func row(_ i: Int) -> Int {
        let (earlier, rest) = (i >> shift, i & (block - 1))
        return block * (earlier + 1) * (block * earlier / 2 + rest)
    }

    /// The columns of row i's own block, with which the row ends.
    package func ownColumns(ofRow i: Int) -> (start: Int, end: Int) {
        let start = i - (i & (block - 1))
        return (start, start + block)
    }

    /// The same matrix in the other layout, of as many rows.   matrix: [size].
    package func repacked<Scalar: Real>(_ matrix: [Scalar], to other: Self) -> [Scalar] {
        precondition(matrix.count == size && other.count == count)
        var result = [Scalar](repeating: 0, count: other.size)
        for i in 0..<count {
            for j in 0..<min(other.ownColumns(ofRow: i).end, count) {
                let isThere = j < ownColumns(ofRow: i).end
                result[other.row(i) + j] = matrix[isThere ? row(i) + j : row(j) + i]
            }
        }
        return result
    }

    /// The sum of the diagonal.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    package func trace<Scalar: Real>(_ p: Span<Scalar>) -> Double {
        var sum = 0.0
        for i in 0..<count { sum += Double(p[row(i) + i]) }
        return sum
    }

    private static func roundedUp(_ number: Int, to unit: Int) -> Int {
        (number + unit - 1) / unit * unit
    }
}

/// h ← (P + Σ_k c_k·g_k·g_kᵀ)·f over the first `rank` rows of g; returns f·h.
///
/// P: [layout.size]; g: [at least rank, layout.padded]; c: [at least rank]; f, h: [layout.padded].
///
/// `plainMultiplySymmetric` defines it; the kernels, for Float, add in another order.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func multiplySymmetric<Scalar: Real>(
    _ p: [Scalar], _ layout: SymmetricLayout, plusOuterProductsOf g: [Scalar], times c: [Scalar],
    rank: Int, by f: [Scalar], into h: inout [Scalar]
) -> Scalar {
    precondition(p.count == layout.size && c.count >= rank && g.count >= rank * layout.padded)
    precondition(f.count == layout.padded && h.count == layout.padded)
    guard Scalar.self == Float.self, foretide_has_kernels() else {
        return plainMultiplySymmetric(
            p, layout, plusOuterProductsOf: g, times: c, rank: rank, by: f, into: &h)
    }
    return unsafe Scalar(foretide_multiply_symmetric(p, g, c, rank, f, &h, layout.count))
}

/// P ← (P + Σ_k c_k·g_k·g_kᵀ)·scale, then h ← P·f with the new P, in one pass over P; returns f·h.
///
/// P: [layout.size]; g: [rank, layout.padded]; c: [rank]; f, h: [layout.padded].
///
/// `plainUpdateSymmetric` defines it; the kernels, for Float, add in another order.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func updateSymmetric<Scalar: Real>(
    _ p: inout [Scalar], _ layout: SymmetricLayout, byOuterProductsOf g: [Scalar],
    times c: [Scalar], scaledBy scale: Scalar, thenMultiply f: [Scalar], into h: inout [Scalar]
) -> Scalar {
    precondition(p.count == layout.size && c.count == SymmetricLayout.rank)
    precondition(g.count == SymmetricLayout.rank * layout.padded)
    precondition(f.count == layout.padded && h.count == layout.padded)
    guard Scalar.self == Float.self, foretide_has_kernels() else {
        return plainUpdateSymmetric(
            &p, layout, byOuterProductsOf: g, times: c, scaledBy: scale, thenMultiply: f, into: &h)
    }
    return unsafe Scalar(
        foretide_update_symmetric(&p, g, c, Float(scale), f, &h, layout.count))
}

/// The definition of `multiplySymmetric`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func plainMultiplySymmetric<Scalar: Real>(
    _ p: [Scalar], _ layout: SymmetricLayout, plusOuterProductsOf g: [Scalar], times c: [Scalar],
    rank: Int, by f: [Scalar], into product: inout [Scalar]
) -> Scalar {
    let (p, g, f) = (p.span, g.span, f.span)
    var h = product.mutableSpan
    fill(&h, with: 0)
    for i in 0..<layout.count {
        let row = layout.row(i)
        // Columns of earlier blocks stand for both triangles, those of its own are all there.
        let (own, end) = layout.ownColumns(ofRow: i)
        var sum: Scalar = 0
        let fi = f[i]
        for j in 0..<own {
            let number = unsafe p[unchecked: row &+ j]
            sum += unsafe number * f[unchecked: j]
            unsafe h[unchecked: j] += number * fi
        }
        for j in own..<end { sum += unsafe p[unchecked: row &+ j] * f[unchecked: j] }
        h[i] += sum
    }
    for k in 0..<rank {
        let g = g.extracting((k * layout.padded)..<((k + 1) * layout.padded))
        addScaled(g, by: c[k] * dot(g, f), to: &h)
    }
    return dot(f, h.span)
}

/// The definition of `updateSymmetric`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func plainUpdateSymmetric<Scalar: Real>(
    _ p: inout [Scalar], _ layout: SymmetricLayout, byOuterProductsOf g: [Scalar],
    times c: [Scalar], scaledBy scale: Scalar, thenMultiply f: [Scalar], into h: inout [Scalar]
) -> Scalar {
    update(&p, layout, g.span, c, scale)
    return plainMultiplySymmetric(
        p, layout, plusOuterProductsOf: g, times: c, rank: 0, by: f, into: &h)
}

private func update<Scalar: Real>(
    _ p: inout [Scalar], _ layout: SymmetricLayout, _ g: Span<Scalar>, _ c: [Scalar],
    _ scale: Scalar
) {
    var p = p.mutableSpan
    for i in 0..<layout.count {
        let row = layout.row(i)
        let columns = layout.ownColumns(ofRow: i).end
        for j in 0..<columns { unsafe p[unchecked: row &+ j] *= scale }
        for k in 0..<SymmetricLayout.rank {
            let start = k * layout.padded
            let factor = c[k] * g[start + i] * scale
            for j in 0..<columns {
                unsafe p[unchecked: row &+ j] += factor * g[unchecked: start &+ j]
            }
        }
    }
}
