import Kernels

/// Linear regression learned online, with forgetting, where an outlier counts for less
/// (RECIPE.md, C4).
///
///     e = y − w·φ;   r = 1, or 3σ/|e| when |e| > 3σ
///     λ′ = λ, or 1 while trace(P) ≥ trace(P₀)
///     g = P·φ,  D = λ′/r + φ·g;   w ← w + g·e/D,   P ← (P − g·gᵀ/D)/λ′
///
/// P's update is put off until the next sample, where one pass over P makes it and multiplies.
package struct RecursiveLeastSquares: Sendable {
    /// w: [d].
    package internal(set) var weights: [Double]
    /// P₀'s diagonal: [d].
    private let prior: [Double]
    private let priorTrace: Double
    /// λ.
    private let forgetting: Double

    /// P without the pending update, packed: [d(d+1)/2]. g: [d], and where the next one goes.
    var covariance: [Double]
    var gain: [Double]
    private var nextGain: [Double]
    /// The pending update: −1/D and 1/λ′.
    var (pendingFactor, pendingScale) = (0.0, 1.0)

    /// σ²: running mean of e², each at most 9² σ², and the number of errors in it.
    var meanSquaredError = 0.0
    var errorCount = 0

    /// Errors taken as they are, before σ is trusted; and an outlier, in σ.
    private static let (unclipped, outlier) = (10, 3.0)

    /// prior: the variance of each weight beforehand, [d]. forgetting: λ, 0…1.
    package init(prior: [Double], forgetting: Double) {
        self.prior = prior
        self.forgetting = forgetting
        priorTrace = prior.reduce(0, +)
        weights = [Double](repeating: 0, count: prior.count)
        gain = [Double](repeating: 0, count: prior.count)
        nextGain = [Double](repeating: 0, count: prior.count)
        covariance = [Double](repeating: 0, count: packedCount(prior.count))
        resetCovariance()
    }

    /// w·φ.   inputs: φ [d].
    package func predict(_ inputs: borrowing [Double]) -> Double {
        dot(weights.span, inputs.span)
    }

    /// Learns that y came where φ was.
    package mutating func learn(_ inputs: borrowing [Double], target: Double) {
        precondition(inputs.count == weights.count)
        applyPending(thenMultiply: inputs)
        let error = target - predict(inputs)
        let share = trust(error)
        let trace = packedTrace(covariance.span, count: weights.count)
        let kept = trace < priorTrace ? forgetting : 1
        let spread = dot(inputs.span, gain.span)
        // Rounding could make P indefinite in the end; then it starts anew, w stays.
        guard spread >= 0, spread.isFinite, trace > 0 else { return resetCovariance() }
        let denominator = kept / share + spread
        addWeighted(error / denominator)
        (pendingFactor, pendingScale) = (-1 / denominator, 1 / kept)
        learnError(error)
    }

    /// Forgets the size of the errors, after the scales of the series were repaired.
    package mutating func forgetErrors() { (errorCount, meanSquaredError) = (0, 0) }

    /// r.
    private func trust(_ error: Double) -> Double {
        guard errorCount > Self.unclipped, meanSquaredError > 0 else { return 1 }
        let bound = Self.outlier * meanSquaredError.squareRoot()
        return abs(error) > bound ? bound / abs(error) : 1
    }

    private mutating func learnError(_ error: Double) {
        errorCount += 1
        var square = error * error
        if errorCount > Self.unclipped + 1, meanSquaredError > 0 {
            square = min(square, 9 * Self.outlier * Self.outlier * meanSquaredError)
        }
        meanSquaredError += max(1 / Double(errorCount), 0.005) * (square - meanSquaredError)
    }

    /// P of now, and g = P·φ.
    private mutating func applyPending(thenMultiply inputs: borrowing [Double]) {
        Self.update(
            &covariance, gain, pendingFactor, pendingScale, inputs, into: &nextGain)
        swap(&gain, &nextGain)
    }

    /// Arguments of their own, for two spans of one value may not be open at once.
    private static func update(
        _ covariance: inout [Double], _ gain: borrowing [Double], _ factor: Double,
        _ scale: Double, _ inputs: borrowing [Double], into product: inout [Double]
    ) {
        var covariance = covariance.mutableSpan
        var product = product.mutableSpan
        updateSymmetric(
            &covariance, byOuterProductOf: gain.span, times: factor, scaledBy: scale,
            thenMultiply: inputs.span, into: &product)
    }

    private mutating func addWeighted(_ factor: Double) {
        for index in weights.indices { weights[index] += gain[index] * factor }
    }

    private mutating func resetCovariance() {
        for index in covariance.indices { covariance[index] = 0 }
        var diagonal = 0
        for index in prior.indices {
            covariance[diagonal] = prior[index]
            diagonal += index + 2
        }
        (pendingFactor, pendingScale) = (0, 1)
    }
}
