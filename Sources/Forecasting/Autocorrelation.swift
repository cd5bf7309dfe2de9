import Kernels

/// How like itself a sequence is at every lag: r[k] = Σ x[n]·x[n+k] / Σ x[n]² · N/(N − k), by the
/// Fourier transform of its power spectrum (Wiener and Khinchin).
struct Autocorrelation: Sendable {
    /// r by lag; what `run` filled of it counts.
    private(set) var values: [Double]
    private var transform: RealFourierTransform
    /// The sequence with zeros after it, then its power spectrum: [capacity].
    private var sequence: [Double]
    private var spectrum: (real: [Double], imaginary: [Double])

    /// longest: the longest sequence, a power of two.
    init(longest: Int) {
        transform = RealFourierTransform(capacity: 2 * longest)
        sequence = [Double](repeating: 0, count: 2 * longest)
        values = [Double](repeating: 0, count: longest)
        spectrum = (sequence, sequence)
    }

    /// r at the first `lags` lags of the first `count` numbers of x; all 0 for a sequence of zeros.
    mutating func run(_ x: borrowing [Double], count: Int, lags: Int) {
        precondition(lags <= count && count <= values.count)
        var length = 4
        while length < 2 * count { length *= 2 }
        for index in 0..<length { sequence[index] = index < count ? x[index] : 0 }
        transform.run(sequence, length: length, spectrum: &spectrum)
        sequence[0] = spectrum.real[0] * spectrum.real[0]
        for k in 1...(length / 2) {
            let (real, imaginary) = (spectrum.real[k], spectrum.imaginary[k])
            let power = real * real + imaginary * imaginary
            sequence[k] = power
            sequence[length - k] = power
        }
        transform.run(sequence, length: length, spectrum: &spectrum)
        let whole = spectrum.real[0]
        for lag in 0..<lags {
            let share = Double(count) / Double(count - lag)
            values[lag] = whole > 0 ? spectrum.real[lag] / whole * share : 0
        }
    }
}
