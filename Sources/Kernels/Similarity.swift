// How much the recent past of a sequence is like its past at every lag, kept up to date sample by
// sample. The sums run in eight lanes (index modulo 8; what is left over goes to the first), which
// are added in the order of the lanes, so the bits do not depend on the machine.

/// D[l] ← decay·D[l] + min(((newest − past[l])·scale)², largest).   D, past: [count].
@inlinable
package func addDistances(
    _ distances: inout MutableSpan<Float>, between newest: Float, and past: Span<Float>,
    scaledBy scale: Float, decay: Float, largest: Float
) {
    precondition(distances.count == past.count)
    for index in 0..<past.count {
        let difference = unsafe (newest - past[unchecked: index]) * scale
        let square = difference * difference
        unsafe distances[unchecked: index] =
            decay * distances[unchecked: index] + (square < largest ? square : largest)
    }
}

/// The smallest of the numbers, none of them NaN; infinity when there are none.
@inlinable
package func smallest(_ x: Span<Float>) -> Float {
    var lanes = SIMD8<Float>(repeating: .infinity)
    var index = 0
    while index < x.count & ~7 {
        let numbers = unsafe x.eight(at: index)
        lanes.replace(with: numbers, where: numbers .< lanes)
        index &+= 8
    }
    var least = lanes.min()
    while index < x.count {
        least = unsafe min(least, x[unchecked: index])
        index &+= 1
    }
    return least
}

/// Σ w, Σ w·a and Σ w·b with w[l] = max(0, 1 − (D[l] − least)·slope)⁸.   D, a, b: [count].
@inlinable
package func weightedSums(
    _ distances: Span<Float>, above least: Float, slope: Float, _ a: Span<Float>, _ b: Span<Float>
) -> (weights: Float, a: Float, b: Float) {
    precondition(a.count == distances.count && b.count == distances.count)
    var (sum, sumA, sumB) = (SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>())
    let (one, zero) = (SIMD8<Float>(repeating: 1), SIMD8<Float>())
    var index = 0
    while index < distances.count & ~7 {
        var weight = unsafe one - (distances.eight(at: index) - least) * slope
        weight.replace(with: zero, where: weight .< zero)
        weight *= weight
        weight *= weight
        weight *= weight
        sum += weight
        sumA += unsafe weight * a.eight(at: index)
        sumB += unsafe weight * b.eight(at: index)
        index &+= 8
    }
    while index < distances.count {
        var weight = unsafe max(1 - (distances[unchecked: index] - least) * slope, 0)
        weight *= weight
        weight *= weight
        weight *= weight
        sum[0] += weight
        sumA[0] += unsafe weight * a[unchecked: index]
        sumB[0] += unsafe weight * b[unchecked: index]
        index &+= 1
    }
    return (sum.laneSum, sumA.laneSum, sumB.laneSum)
}

extension SIMD8<Float> {
    /// The lanes, added in their order.
    @usableFromInline
    var laneSum: Float {
        var sum: Float = 0
        for lane in 0..<8 { sum += self[lane] }
        return sum
    }
}

extension Span<Float> {
    /// Eight neighbours as one vector. The compiler makes two loads of them, or one.
    @unsafe @inlinable @inline(__always)
    func eight(at index: Int) -> SIMD8<Float> {
        unsafe SIMD8(lowHalf: four(at: index), highHalf: four(at: index &+ 4))
    }
}
