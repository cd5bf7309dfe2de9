import CKernels

/// x ← x·factor + term, `rounds` times on as many numbers as the registers of the instructions in
/// use hold: nothing is faster, so this is what everything else is compared with.
///
/// Returns the floating-point operations done, two for each number and round, and a number that
/// depends on all of them.
package func multiplyAdds(
    rounds: Int, factor: Float, term: Float
) -> (operations: Int, result: Float) {
    precondition(rounds > 0)
    guard foretide_has_kernels() else {
        return plainMultiplyAdds(rounds: rounds, factor: factor, term: term)
    }
    var result: Float = 0
    let operations = unsafe foretide_multiply_adds(rounds, factor, term, &result)
    return (operations, result)
}

/// The same without kernels, on eight numbers.
package func plainMultiplyAdds(
    rounds: Int, factor: Float, term: Float
) -> (operations: Int, result: Float) {
    var (a, b, c, d): (Float, Float, Float, Float) = (0, 1, 2, 3)
    var (e, f, g, h): (Float, Float, Float, Float) = (4, 5, 6, 7)
    for _ in 0..<rounds {
        a = a * factor + term
        b = b * factor + term
        c = c * factor + term
        d = d * factor + term
        e = e * factor + term
        f = f * factor + term
        g = g * factor + term
        h = h * factor + term
    }
    return (16 * rounds, a + b + c + d + e + f + g + h)
}
