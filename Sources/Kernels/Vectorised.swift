import CKernels

// Primitives in double precision in the instructions in use. The plain ones define them; the
// kernels add in another order, and their tanh is within 4e-16.

/// x ← tanh x: `applyTanh`.
package func vectorisedTanh(_ x: inout MutableSpan<Double>) {
    guard foretide_has_kernels() else { return applyTanh(&x) }
    let count = x.count
    unsafe x.withUnsafeMutableBufferPointer { unsafe foretide_tanh_each($0.baseAddress, count) }
}

/// Σ x[i]·y[i]: `dot`.   x, y: [count].
package func vectorisedDot(_ x: Span<Double>, _ y: Span<Double>) -> Double {
    guard foretide_has_kernels() else { return dot(x, y) }
    precondition(x.count == y.count)
    let count = x.count
    return unsafe x.withUnsafeBufferPointer { x in
        unsafe y.withUnsafeBufferPointer { y in
            unsafe foretide_dot(x.baseAddress, y.baseAddress, count)
        }
    }
}
