import CKernels

// How much the recent past of a sequence is like its past at every lag, kept up to date sample by
// sample. The plain functions define what the others compute in the instructions in use, whose sums
// are added in another order.

/// D[l] ← decay·D[l] + min(((newest − past[l])·scale)², largest).   D, past: [count].
///
/// Returns the smallest of the first `compared` of them, infinity for none.
package func addDistances(
    _ distances: inout MutableSpan<Float>, between newest: Float, and past: Span<Float>,
    scaledBy scale: Float, decay: Float, largest: Float, comparing compared: Int
) -> Float {
    let count = past.count
    precondition(distances.count == count && compared <= count)
    guard foretide_has_kernels() else {
        return plainAddDistances(
            &distances, between: newest, and: past, scaledBy: scale, decay: decay,
            largest: largest, comparing: compared)
    }
    return unsafe distances.withUnsafeMutableBufferPointer { distances in
        unsafe past.withUnsafeBufferPointer { past in
            unsafe foretide_add_distances(
                distances.baseAddress, past.baseAddress, count, newest, scale, decay, largest,
                compared)
        }
    }
}

/// The definition of `addDistances`.
package func plainAddDistances(
    _ distances: inout MutableSpan<Float>, between newest: Float, and past: Span<Float>,
    scaledBy scale: Float, decay: Float, largest: Float, comparing compared: Int
) -> Float {
    var smallest = Float.infinity
    for index in 0..<past.count {
        let difference = unsafe (newest - past[unchecked: index]) * scale
        let square = difference * difference
        let distance = unsafe decay * distances[unchecked: index] + min(square, largest)
        unsafe distances[unchecked: index] = distance
        if index < compared, distance < smallest { smallest = distance }
    }
    return smallest
}

/// Σ w, Σ w·a and Σ w·b with w[l] = max(0, 1 − (D[l] − least)·slope)⁸.   D, a, b: [count].
package func weightedSums(
    _ distances: Span<Float>, above least: Float, slope: Float, _ a: Span<Float>, _ b: Span<Float>
) -> (weights: Float, a: Float, b: Float) {
    let count = distances.count
    precondition(a.count == count && b.count == count)
    guard foretide_has_kernels() else {
        return plainWeightedSums(distances, above: least, slope: slope, a, b)
    }
    var sums: [3 of Float] = [0, 0, 0]
    var span = sums.mutableSpan
    unsafe span.withUnsafeMutableBufferPointer { sums in
        unsafe distances.withUnsafeBufferPointer { distances in
            unsafe a.withUnsafeBufferPointer { a in
                unsafe b.withUnsafeBufferPointer { b in
                    unsafe foretide_weighted_sums(
                        distances.baseAddress, least, slope, a.baseAddress, b.baseAddress, count,
                        sums.baseAddress)
                }
            }
        }
    }
    return (sums[0], sums[1], sums[2])
}

/// The definition of `weightedSums`.
package func plainWeightedSums(
    _ distances: Span<Float>, above least: Float, slope: Float, _ a: Span<Float>, _ b: Span<Float>
) -> (weights: Float, a: Float, b: Float) {
    var (sum, sumA, sumB): (Float, Float, Float) = (0, 0, 0)
    for index in 0..<distances.count {
        var weight = unsafe max(1 - (distances[unchecked: index] - least) * slope, 0)
        weight *= weight
        weight *= weight
        weight *= weight
        sum += weight
        sumA += unsafe weight * a[unchecked: index]
        sumB += unsafe weight * b[unchecked: index]
    }
    return (sum, sumA, sumB)
}
