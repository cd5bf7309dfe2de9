package import Kernels

/// Linear regression learned online, with forgetting, where an outlier counts for less
/// (RECIPE.md, C4).
///
///     e = y − w·φ;   r = 1, or 3σ/|e| when |e| > 3σ
///     λ′ = λ, or 1 while trace(P) ≥ trace(P₀)
///     g = P·φ,  D = λ′/r + φ·g;   w ← w + g·e/D,   P ← (P − g·gᵀ/D)/λ′
///
/// P's updates are put off until there are four: then one pass over it makes them all. Until then
///
///     P = S·(P̄ + Σ_k c_k·h_k·h_kᵀ),   h = (P̄ + Σ…)·φ,  g = S·h,  c = −S/D,   S ← S/λ′
///
/// Scalar: the precision of P. Single is enough for long memories, where P is large; with a short
/// one, and inputs that stand still for long, its rounding shows in the weights.
package struct RecursiveLeastSquares<Scalar: Real>: Sendable {
    /// w: [d].
    package internal(set) var weights: [Double]
    /// P₀'s diagonal: [d].
    private let prior: [Double]
    private let priorTrace: Double
    /// λ.
    private let forgetting: Double
    let layout: SymmetricLayout

    /// P̄: [layout.size].
    var covariance: [Scalar]
    /// Pending updates: h_k [rank, layout.padded] and c_k [rank], `pendingCount` of them; S.
    var pending: [Scalar]
    var pendingFactors: [Scalar]
    var pendingCount = 0
    var scale = 1.0
    /// trace(P)/S.
    var trace = 0.0
    /// φ and h of the newest sample: [layout.padded].
    var inputs: [Scalar]
    var product: [Scalar]

    /// σ²: running mean of e², each at most 9² σ², and the number of errors in it.
    var meanSquaredError = 0.0
    var errorCount = 0

    /// Errors taken as they are, before σ is trusted; and an outlier, in σ.
    private static var unclipped: Int { 10 }
    private static var outlier: Double { 3 }

    /// prior: the variance of each weight beforehand, [d]. forgetting: λ, 0…1.
    package init(prior: [Double], forgetting: Double) {
        self.prior = prior
        self.forgetting = forgetting
        // As the trace of P₀ comes out, so that it does not begin below.
        priorTrace = prior.reduce(0) { $0 + Double(Scalar($1)) }
        layout = SymmetricLayout(prior.count, isSmall: Scalar.self != Float.self)
        weights = [Double](repeating: 0, count: prior.count)
        covariance = [Scalar](repeating: 0, count: layout.size)
        pending = [Scalar](repeating: 0, count: SymmetricLayout.rank * layout.padded)
        pendingFactors = [Scalar](repeating: 0, count: SymmetricLayout.rank)
        inputs = [Scalar](repeating: 0, count: layout.padded)
        product = inputs
        resetCovariance()
    }

    /// w·φ.   inputs: φ [d].
    package func predict(_ inputs: borrowing [Double]) -> Double {
        vectorisedDot(weights.span, inputs.span)
    }

    /// Learns that y came where φ was.
    package mutating func learn(_ inputs: borrowing [Double], target: Double) {
        precondition(inputs.count == weights.count)
        let error = target - predict(inputs)
        prefetchSome()
        // Which may change the scale.
        let product = multiply(inputs)
        let spread = scale * product
        let share = trust(error)
        let trace = scale * trace
        let kept = trace < priorTrace ? forgetting : 1
        // Rounding could make P indefinite in the end; then it starts anew, w stays.
        guard spread >= 0, spread.isFinite, trace > 0 else { return resetCovariance() }
        let denominator = kept / share + spread
        addProduct(times: scale * error / denominator)
        postpone(factor: -scale / denominator)
        scale /= kept
        learnError(error)
        prefetchSome()
    }

    /// Begins at these weights, [d], with so much of the variance P₀.
    mutating func start(from weights: [Double], varianceShare: Double) {
        precondition(weights.count == self.weights.count)
        self.weights = weights
        resetCovariance(share: varianceShare)
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

    /// h into `product`; φ·h.
    private mutating func multiply(_ newest: borrowing [Double]) -> Double {
        for index in newest.indices { inputs[index] = Scalar(newest[index]) }
        guard pendingCount == SymmetricLayout.rank else {
            return Double(
                multiplySymmetric(
                    covariance, layout, plusOuterProductsOf: pending, times: pendingFactors,
                    rank: pendingCount, by: inputs, into: &product))
        }
        let spread = updateSymmetric(
            &covariance, layout, byOuterProductsOf: pending, times: pendingFactors,
            scaledBy: Scalar(scale), thenMultiply: inputs, into: &product)
        (pendingCount, scale) = (0, 1)
        trace = layout.trace(covariance.span)
        return Double(spread)
    }

    private mutating func addProduct(times factor: Double) {
        for index in weights.indices { weights[index] += factor * Double(product[index]) }
    }

    /// c·h·hᵀ is to be added.
    private mutating func postpone(factor: Double) {
        let factor = Scalar(factor)
        let start = pendingCount * layout.padded
        for index in product.indices { pending[start + index] = product[index] }
        pendingFactors[pendingCount] = factor
        pendingCount += 1
        trace += Double(factor * sumOfSquares(product.span))
    }

    private mutating func resetCovariance(share: Double = 1) {
        for index in covariance.indices { covariance[index] = 0 }
        for index in prior.indices {
            covariance[layout.row(index) + index] = Scalar(share * prior[index])
        }
        (pendingCount, scale) = (0, 1)
        trace = layout.trace(covariance.span)
    }
}
