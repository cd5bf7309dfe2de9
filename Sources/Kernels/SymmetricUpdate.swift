import CKernels

/// A symmetric matrix [d, d] in blocks of 16, or of 4: row i has the columns up to the
/// end of its block, so what lies above the diagonal in a block is there twice. Rows are filled up
/// to a multiple of 4, vectors of its size to a whole block; what fills is 0.
package struct SymmetricLayout: Sendable, Equatable {
    /// d.
    package let count: Int
    /// Updates that `updateSymmetric` makes at once, and products that `multiplySymmetric` does, at
    /// most.
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

/// h_k ← P·f_k for each row of f and h.
///
/// P: [layout.size]; f, h: [rows, layout.padded].
///
/// `plainMultiplySymmetric` defines it; the kernels, for `rank` rows of Float, add in another
/// order.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func multiplySymmetric<Scalar: Real>(
    _ p: [Scalar], _ layout: SymmetricLayout, by f: [Scalar], into h: inout [Scalar]
) {
    precondition(p.count == layout.size && h.count == f.count)
    guard f.count == SymmetricLayout.rank * layout.padded, Scalar.self == Float.self,
        foretide_has_kernels()
    else { return plainMultiplySymmetric(p, layout, by: f, into: &h) }
    unsafe foretide_multiply_symmetric(p, f, &h, layout.count)
}

/// h_k ← h_k + Σ_j c_j·(h_j·f_k)·h_j over the rows j before k. Returns h_j·f_k for j = 0…k, with
/// the new h_k, and then h_k·h_k.
///
/// f, h: [rows, layout.padded], at most `rank` rows; c: [rank].
///
/// `plainCompleteProduct` defines it; the kernels, for Float, add in another order.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func completeProduct<Scalar: Real>(
    _ h: inout [Scalar], _ layout: SymmetricLayout, row k: Int, of f: [Scalar],
    times c: [4 of Scalar]
) -> [5 of Scalar] {
    precondition(h.count >= (k + 1) * layout.padded && f.count == h.count)
    precondition(k < SymmetricLayout.rank)
    guard Scalar.self == Float.self, foretide_has_kernels() else {
        return plainCompleteProduct(&h, layout, row: k, of: f, times: c)
    }
    var overlaps = [5 of Scalar](repeating: 0)
    var results = overlaps.mutableSpan
    unsafe results.withUnsafeMutableBufferPointer { results in
        unsafe c.span.withUnsafeBufferPointer { c in
            unsafe foretide_complete_product(
                &h, f, c.baseAddress, k, layout.count, results.baseAddress)
        }
    }
    return overlaps
}

/// P ← (P + Σ_k c_k·h_k·h_kᵀ)·scale over the rows of h.
///
/// P: [layout.size]; h: [rows, layout.padded], at most `rank` rows; c: [rank].
///
/// `plainUpdateSymmetric` defines it; the kernels, for `rank` rows of Float, add in another order.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func updateSymmetric<Scalar: Real>(
    _ p: inout [Scalar], _ layout: SymmetricLayout, byOuterProductsOf h: [Scalar],
    times c: [4 of Scalar], scaledBy scale: Scalar
) {
    precondition(p.count == layout.size && h.count <= SymmetricLayout.rank * layout.padded)
    guard h.count == SymmetricLayout.rank * layout.padded, Scalar.self == Float.self,
        foretide_has_kernels()
    else {
        return plainUpdateSymmetric(
            &p, layout, byOuterProductsOf: h, times: c, scaledBy: scale)
    }
    unsafe c.span.withUnsafeBufferPointer {
        unsafe foretide_update_symmetric(&p, h, $0.baseAddress, Float(scale), layout.count)
    }
}

/// The definition of `multiplySymmetric`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func plainMultiplySymmetric<Scalar: Real>(
    _ p: [Scalar], _ layout: SymmetricLayout, by f: [Scalar], into products: inout [Scalar]
) {
    var products = products.mutableSpan
    for start in stride(from: 0, to: f.count, by: layout.padded) {
        let f = f.span.extracting(start..<start + layout.padded)
        var h = products.part(start..<start + layout.padded)
        multiply(p.span, layout, by: f, into: &h)
    }
}

private func multiply<Scalar: Real>(
    _ p: Span<Scalar>, _ layout: SymmetricLayout, by f: Span<Scalar>,
    into h: inout MutableSpan<Scalar>
) {
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
}

/// The definition of `completeProduct`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func plainCompleteProduct<Scalar: Real>(
    _ h: inout [Scalar], _ layout: SymmetricLayout, row k: Int, of f: [Scalar],
    times c: [4 of Scalar]
) -> [5 of Scalar] {
    let size = layout.padded
    let f = f.span.extracting((k * size)..<(k + 1) * size)
    var overlaps = [5 of Scalar](repeating: 0)
    for j in 0..<k {
        let row = h.span.extracting((j * size)..<(j + 1) * size)
        overlaps[j] = dot(row, f)
    }
    for j in 0..<k {
        let factor = c[j] * overlaps[j]
        for i in 0..<size { h[k * size + i] += factor * h[j * size + i] }
    }
    let row = h.span.extracting((k * size)..<(k + 1) * size)
    overlaps[k] = dot(row, f)
    overlaps[k + 1] = sumOfSquares(row)
    return overlaps
}

/// The definition of `updateSymmetric`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func plainUpdateSymmetric<Scalar: Real>(
    _ p: inout [Scalar], _ layout: SymmetricLayout, byOuterProductsOf h: [Scalar],
    times c: [4 of Scalar], scaledBy scale: Scalar
) {
    var p = p.mutableSpan
    let h = h.span
    for i in 0..<layout.count {
        let row = layout.row(i)
        let columns = layout.ownColumns(ofRow: i).end
        for j in 0..<columns { unsafe p[unchecked: row &+ j] *= scale }
        for k in 0..<h.count / layout.padded {
            let start = k * layout.padded
            let factor = c[k] * h[start + i] * scale
            for j in 0..<columns {
                unsafe p[unchecked: row &+ j] += factor * h[unchecked: start &+ j]
            }
        }
    }
}
