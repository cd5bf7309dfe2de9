/// For every horizon and every part of a season (an hour of the day, say) a small linear
/// regression, learned online by least squares with forgetting as `RecursiveLeastSquares` is:
///
///     g = P·φ,  D = λ′/r + φ·g;   w ← w + g·e/D,   P ← (P − g·gᵀ/D)/λ′
///
/// Plain loops over one array: there are hundreds of them, of which a sample touches one per
/// horizon.
package struct SlotRegressions: Equatable, Sendable {
    /// φ: [d].
    package typealias Inputs = SIMD8<Float>
    /// d.
    private static let inputCount = Inputs.scalarCount
    /// Parts that a season has at most.
    static let slotCount = 24
    /// By horizon and part w and P: [horizons, slotCount, 1 + d, d].
    var numbers: [Float]

    private static let stride = (1 + inputCount) * inputCount
    /// P₀'s diagonal.
    private static let prior: Float = 0.01
    /// As it comes out, so that P does not begin below.
    private static let priorTrace = (0..<inputCount).reduce(0) { trace, _ in trace + prior }
    /// λ.
    private static let forgetting: Float = 0.999
    /// Of e: what no error of a sound series comes near, so that w stays finite.
    private static let largestError = 1e6

    package init(horizons: Int) {
        numbers = [Float](repeating: 0, count: horizons * Self.slotCount * Self.stride)
        for model in 0..<(horizons * Self.slotCount) { resetCovariance(model) }
    }

    /// w·φ.
    package func predict(_ model: Int, _ inputs: Inputs) -> Double {
        Double((row(model * Self.stride) * inputs).sum())
    }

    /// Learns that the target was missed by e, which counts for the share r of it.
    package mutating func learn(_ model: Int, _ inputs: Inputs, error: Double, share: Double) {
        let start = model * Self.stride
        var (gain, trace) = (Inputs.zero, Float(0))
        for index in 0..<Self.inputCount {
            let row = row(start + (1 + index) * Self.inputCount)
            gain[index] = (row * inputs).sum()
            trace += row[index]
        }
        let spread = (gain * inputs).sum()
        // Rounding could make P indefinite in the end; then it starts anew, w stays.
        guard spread >= 0, spread.isFinite, trace > 0 else { return resetCovariance(model) }
        let kept = trace < Self.priorTrace ? Self.forgetting : 1
        let denominator = kept / Float(share) + spread
        let error = Float(error.clamped(to: Self.largestError))
        set(start, row(start) + gain * (error / denominator))
        // The same product for both of its places: P stays symmetric.
        let root = gain / denominator.squareRoot()
        for index in 0..<Self.inputCount {
            let place = start + (1 + index) * Self.inputCount
            set(place, (row(place) - root * root[index]) / kept)
        }
    }

    private func row(_ start: Int) -> Inputs {
        var row = Inputs.zero
        for index in 0..<Self.inputCount { row[index] = numbers[start + index] }
        return row
    }

    private mutating func set(_ start: Int, _ row: Inputs) {
        for index in 0..<Self.inputCount { numbers[start + index] = row[index] }
    }

    private mutating func resetCovariance(_ model: Int) {
        for index in 0..<Self.inputCount {
            let place = model * Self.stride + (1 + index) * Self.inputCount
            set(place, .zero)
            numbers[place + index] = Self.prior
        }
    }
}
