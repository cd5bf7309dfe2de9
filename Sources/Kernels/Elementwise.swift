/// x ← a·x.   x: [count].
@inlinable
package func scale<Scalar: Real>(_ x: inout MutableSpan<Scalar>, by a: Scalar) {
    for index in 0..<x.count {
        unsafe x[unchecked: index] *= a
    }
}

/// x ← value everywhere.
@inlinable
package func fill<Scalar: Real>(_ x: inout MutableSpan<Scalar>, with value: Scalar) {
    for index in 0..<x.count {
        unsafe x[unchecked: index] = value
    }
}

/// y ← x.   x, y: [count].
@inlinable
package func copy<Scalar: Real>(_ x: Span<Scalar>, into y: inout MutableSpan<Scalar>) {
    precondition(x.count == y.count)
    for index in 0..<x.count {
        unsafe y[unchecked: index] = x[unchecked: index]
    }
}

/// x[to..<to+count] ← x[from..<from+count]; the two do not overlap.
@inlinable
package func copyWithin<Scalar: Real>(
    _ x: inout MutableSpan<Scalar>, from source: Int, to destination: Int, count: Int
) {
    precondition(
        source >= 0 && count >= 0 && source + count <= destination
            && destination + count <= x.count)
    for index in 0..<count {
        unsafe x[unchecked: destination &+ index] = x[unchecked: source &+ index]
    }
}

/// x ← tanh x.
@inlinable
package func applyTanh<Scalar: Real>(_ x: inout MutableSpan<Scalar>) {
    for index in 0..<x.count {
        unsafe x[unchecked: index] = Scalar.tanh(x[unchecked: index])
    }
}

/// x ← 1 / (1 + e⁻ˣ).
@inlinable
package func applySigmoid<Scalar: Real>(_ x: inout MutableSpan<Scalar>) {
    for index in 0..<x.count {
        unsafe x[unchecked: index] = Scalar.sigmoid(x[unchecked: index])
    }
}
