/// y ← y + xᵀ·W.   x: [rows], W: [rows, columns] row-major, y: [columns].
///
/// The plain loop is the definition: every y[j] adds its terms one after the other in the order of
/// the rows, so the result does not depend on how the columns are vectorised.
@inlinable
package func addProduct<Scalar: Real>(
    _ x: Span<Scalar>, _ w: Span<Scalar>, to y: inout MutableSpan<Scalar>
) {
    let columns = y.count
    precondition(w.count == x.count * columns)
    var start = 0
    for row in x.indices {
        let factor = unsafe x[unchecked: row]
        for column in 0..<columns {
            unsafe y[unchecked: column] += factor * w[unchecked: start &+ column]
        }
        start &+= columns
    }
}

/// dW ← dW + x·dyᵀ.   x: [rows], dy: [columns], dW: [rows, columns] row-major.
///
/// The gradient of `addProduct` with respect to its matrix.
@inlinable
package func addOuterProduct<Scalar: Real>(
    _ x: Span<Scalar>, _ dy: Span<Scalar>, to dw: inout MutableSpan<Scalar>
) {
    let columns = dy.count
    precondition(dw.count == x.count * columns)
    var start = 0
    for row in x.indices {
        let factor = unsafe x[unchecked: row]
        for column in 0..<columns {
            unsafe dw[unchecked: start &+ column] += factor * dy[unchecked: column]
        }
        start &+= columns
    }
}

/// y ← y + a·x.   x, y: [count].
@inlinable
package func addScaled<Scalar: Real>(
    _ x: Span<Scalar>, by a: Scalar, to y: inout MutableSpan<Scalar>
) {
    precondition(x.count == y.count)
    for index in 0..<x.count {
        unsafe y[unchecked: index] += a * x[unchecked: index]
    }
}

/// z ← z + a·(x∘y).   x, y, z: [count].
@inlinable
package func addScaled<Scalar: Real>(
    _ x: Span<Scalar>, _ y: Span<Scalar>, by a: Scalar, to z: inout MutableSpan<Scalar>
) {
    precondition(x.count == y.count && y.count == z.count)
    for index in 0..<x.count {
        unsafe z[unchecked: index] += a * (x[unchecked: index] * y[unchecked: index])
    }
}

/// y ← y + x.   x, y: [count].
@inlinable
package func add<Scalar: Real>(_ x: Span<Scalar>, to y: inout MutableSpan<Scalar>) {
    precondition(x.count == y.count)
    for index in 0..<x.count {
        unsafe y[unchecked: index] += x[unchecked: index]
    }
}

/// Σ x[i]·y[i], in the order of the index.   x, y: [count].
@inlinable
package func dot<Scalar: Real>(_ x: Span<Scalar>, _ y: Span<Scalar>) -> Scalar {
    precondition(x.count == y.count)
    var sum: Scalar = 0
    for index in 0..<x.count {
        sum += unsafe x[unchecked: index] * y[unchecked: index]
    }
    return sum
}

/// Σ x[i]·(y[i]·z[i]), in the order of the index.   x, y, z: [count].
@inlinable
package func dot<Scalar: Real>(
    _ x: Span<Scalar>, _ y: Span<Scalar>, _ z: Span<Scalar>
) -> Scalar {
    precondition(x.count == y.count && y.count == z.count)
    var sum: Scalar = 0
    for index in 0..<x.count {
        sum += unsafe x[unchecked: index] * (y[unchecked: index] * z[unchecked: index])
    }
    return sum
}

/// Wᵀ into `transposed`.   W: [rows, columns] row-major, transposed: [columns, rows] row-major.
@inlinable
package func transpose<Scalar: Real>(
    _ w: Span<Scalar>, rows: Int, into transposed: inout [Scalar]
) {
    var transposed = transposed.mutableSpan
    precondition(rows > 0 && w.count % rows == 0 && transposed.count == w.count)
    let columns = w.count / rows
    for column in 0..<columns {
        for row in 0..<rows {
            unsafe transposed[unchecked: column &* rows &+ row] =
                w[unchecked: row &* columns &+ column]
        }
    }
}

/// Σ x[i]².   x: [count].
///
/// Four interleaved partial sums (index modulo 4; what is left over after the last whole four goes
/// to s₀) are added at the end as (s₀ + s₁) + (s₂ + s₃): four times the speed of one chain.
@inlinable
package func sumOfSquares<Scalar: Real>(_ x: Span<Scalar>) -> Scalar {
    var sums: (Scalar, Scalar, Scalar, Scalar) = (0, 0, 0, 0)
    let blocked = x.count & ~3
    var index = 0
    while index < blocked {
        let (a, b) = unsafe (x[unchecked: index], x[unchecked: index &+ 1])
        let (c, d) = unsafe (x[unchecked: index &+ 2], x[unchecked: index &+ 3])
        sums.0 += a * a
        sums.1 += b * b
        sums.2 += c * c
        sums.3 += d * d
        index &+= 4
    }
    while index < x.count {
        let a = unsafe x[unchecked: index]
        sums.0 += a * a
        index &+= 1
    }
    return (sums.0 + sums.1) + (sums.2 + sums.3)
}
