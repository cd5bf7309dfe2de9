import CKernels

/// The discrete Fourier transform of real sequences whose length is a power of two, by a complex
/// one of half the length (Cooley and Tukey 1965, radix 2, decimation in time).
///
///     X[k] = Σ x[n]·e^(−2πi·k·n/L),   0 ≤ k ≤ L/2
package struct RealFourierTransform: Sendable {
    /// The longest sequence it can take, a power of two.
    package let capacity: Int
    /// cos and sin of π·k/size at size + k, for every power of two `size` below `capacity` and
    /// k < size: [capacity].
    private var cosines: [Double] = [1]
    private var sines: [Double] = [0]
    /// The complex sequence under work: [capacity/2].
    private var real: [Double]
    private var imaginary: [Double]

    /// capacity: a power of two, at least 4.
    package init(capacity: Int) {
        precondition(capacity >= 4 && capacity & (capacity - 1) == 0)
        self.capacity = capacity
        while cosines.count < capacity {
            let size = cosines.count
            for k in 0..<size {
                let angle = Double.pi * Double(k) / Double(size)
                cosines.append(Double.cos(angle))
                sines.append(Double.sin(angle))
            }
        }
        real = [Double](repeating: 0, count: capacity / 2)
        imaginary = real
    }

    /// Re X and Im X of the first `length` numbers of `x`, a power of two from 4 to `capacity`.
    ///
    /// spectrum: both [at least length/2 + 1].
    package mutating func run(
        _ x: borrowing [Double], length: Int, spectrum: inout (real: [Double], imaginary: [Double])
    ) {
        precondition(length >= 4 && length <= capacity && length & (length - 1) == 0)
        precondition(x.count >= length)
        let half = length / 2
        precondition(spectrum.real.count > half && spectrum.imaginary.count > half)
        if length >= Self.shortestForKernel, foretide_has_kernels() {
            return unsafe foretide_fourier(
                x, length, cosines, sines, &real, &imaginary, &spectrum.real, &spectrum.imaginary)
        }
        let bits = half.trailingZeroBitCount
        for n in 0..<half {
            let reversed = Int(UInt(n).bitReversed >> UInt(UInt.bitWidth - bits))
            real[reversed] = x[2 * n]
            imaginary[reversed] = x[2 * n + 1]
        }
        Self.transform(half, &real, &imaginary, cosines: cosines, sines: sines)
        separate(length, &spectrum)
    }

    /// Below this there is nothing to gain.
    private static let shortestForKernel = 128

    /// The complex transform of the first `count` numbers, which stand in bit-reversed order.
    /// cosines, sines: as the properties.
    private static func transform(
        _ count: Int, _ real: inout [Double], _ imaginary: inout [Double], cosines: [Double],
        sines: [Double]
    ) {
        var real = real.mutableSpan
        var imaginary = imaginary.mutableSpan
        var size = 1
        while size < count {
            for start in Swift.stride(from: 0, to: count, by: 2 * size) {
                for k in 0..<size {
                    let (c, s) = (cosines[size + k], sines[size + k])
                    let (upper, lower) = (start + k, start + k + size)
                    let turnedReal = c * real[lower] + s * imaginary[lower]
                    let turnedImaginary = c * imaginary[lower] - s * real[lower]
                    real[lower] = real[upper] - turnedReal
                    imaginary[lower] = imaginary[upper] - turnedImaginary
                    real[upper] += turnedReal
                    imaginary[upper] += turnedImaginary
                }
            }
            size *= 2
        }
    }

    /// X from Z, the transform of z[n] = x[2n] + i·x[2n+1]: with E the even numbers' transform and
    /// O the odd ones', E[k] = (Z[k] + Z*[−k])/2, O[k] = (Z[k] − Z*[−k])/2i, X[k] = E + e^(…)·O.
    private func separate(
        _ length: Int, _ spectrum: inout (real: [Double], imaginary: [Double])
    ) {
        let half = length / 2
        for k in 0...half {
            let (at, mirrored) = (k % half, (half - k) % half)
            let evenReal = (real[at] + real[mirrored]) / 2
            let evenImaginary = (imaginary[at] - imaginary[mirrored]) / 2
            let oddReal = (imaginary[at] + imaginary[mirrored]) / 2
            let oddImaginary = (real[mirrored] - real[at]) / 2
            let (c, s) = k == half ? (-1, 0) : (cosines[half + k], sines[half + k])
            spectrum.real[k] = evenReal + c * oddReal + s * oddImaginary
            spectrum.imaginary[k] = evenImaginary + c * oddImaginary - s * oddReal
        }
    }
}

extension UInt {
    /// The bits in the opposite order.
    fileprivate var bitReversed: UInt {
        var (source, result) = (self, UInt(0))
        for _ in 0..<UInt.bitWidth {
            result = result << 1 | source & 1
            source >>= 1
        }
        return result
    }
}
