package import Kernels

/// Linear regression learned online, with forgetting, where an outlier counts for less
/// (RECIPE.md, C4).
///
///     e = y − w·φ;   r = 1, or 3σ/|e| when |e| > 3σ
///     λ′ = λ, or 1 while trace(P) ≥ trace(P₀)
///     g = P·φ,  D = λ′/r + φ·g;   w ← w + g·e/D,   P ← (P − g·gᵀ/D)/λ′
///
/// Samples may wait until there is a block of them, and w and P stay what they were until then.
/// They are learned one after the other all the same; but of the two passes over P the first makes
/// its products with all of their inputs, and the second all of their updates. In between
///
///     P = S·(P̄ + Σ_j c_j·h_j·h_jᵀ),   h = P̄·φ + Σ_j c_j·(h_j·φ)·h_j,   g = S·h,  c = −S/D
///     S ← S/λ′
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
    /// Samples that wait for each other.
    let blockSize: Int

    /// P: [layout.size].
    var covariance: [Scalar]
    /// Samples of the block so far: φ [blockSize, layout.padded] and y − w·φ
    /// [blockSize].
    var blockInputs: [Scalar]
    var blockErrors: [Double]
    var blockCount = 0
    /// h of a block: [blockSize, layout.padded].
    var products: [Scalar]

    /// σ²: running mean of e², each at most 9² σ², and the number of errors in it.
    var meanSquaredError = 0.0
    var errorCount = 0

    package static var largestBlock: Int { SymmetricLayout.rank }

    /// Errors taken as they are, before σ is trusted; and an outlier, in σ.
    private static var unclipped: Int { 10 }
    private static var outlier: Double { 3 }

    /// - Parameters:
    ///   - prior: the variance of each weight beforehand, [d].
    ///   - forgetting: λ, 0…1.
    ///   - blockSize: how many samples wait for each other: 1…`largestBlock`.
    package init(prior: [Double], forgetting: Double, blockSize: Int) {
        precondition((1...Self.largestBlock).contains(blockSize))
        self.prior = prior
        self.forgetting = forgetting
        self.blockSize = blockSize
        // As the trace of P₀ comes out, so that it does not begin below.
        priorTrace = prior.reduce(0) { $0 + Double(Scalar($1)) }
        layout = SymmetricLayout(prior.count, isSmall: Scalar.self != Float.self)
        weights = [Double](repeating: 0, count: prior.count)
        covariance = [Scalar](repeating: 0, count: layout.size)
        blockInputs = [Scalar](repeating: 0, count: blockSize * layout.padded)
        blockErrors = [Double](repeating: 0, count: blockSize)
        products = blockInputs
        resetCovariance()
    }

    /// w·φ.   inputs: φ [d].
    package func predict(_ inputs: borrowing [Double]) -> Double {
        vectorisedDot(weights.span, inputs.span)
    }

    /// Learns that y came where φ was, with the last sample of a block.
    package mutating func learn(_ inputs: borrowing [Double], target: Double) {
        precondition(inputs.count == weights.count)
        blockErrors[blockCount] = target - predict(inputs)
        let start = blockCount * layout.padded
        for index in inputs.indices { blockInputs[start + index] = Scalar(inputs[index]) }
        blockCount += 1
        prefetchSome()
        guard blockCount == blockSize else { return }
        learnBlock()
        blockCount = 0
    }

    private mutating func learnBlock() {
        multiplySymmetric(covariance, layout, by: blockInputs, into: &products)
        // S, c, and trace(P)/S; how far w goes along each h.
        var scale = 1.0
        var factors = [4 of Scalar](repeating: 0)
        var trace = layout.trace(covariance.span)
        var steps = [4 of Double](repeating: 0)
        for sample in 0..<blockSize {
            let overlaps = completeProduct(
                &products, layout, row: sample, of: blockInputs, times: factors)
            var error = blockErrors[sample]
            for former in 0..<sample { error -= steps[former] * Double(overlaps[former]) }
            let spread = scale * Double(overlaps[sample])
            // Rounding could make P indefinite in the end; then it starts anew, w stays, and the
            // block is lost.
            guard spread >= 0, spread.isFinite, trace > 0 else { return resetCovariance() }
            let kept = scale * trace < priorTrace ? forgetting : 1
            let denominator = kept / trust(error) + spread
            factors[sample] = Scalar(-scale / denominator)
            steps[sample] = scale * error / denominator
            trace += Double(factors[sample] * overlaps[sample + 1])
            scale /= kept
            learnError(error)
        }
        prefetchSome()
        for sample in 0..<blockSize { addProduct(sample, times: steps[sample]) }
        updateSymmetric(
            &covariance, layout, byOuterProductsOf: products, times: factors,
            scaledBy: Scalar(scale))
    }

    private mutating func addProduct(_ sample: Int, times factor: Double) {
        let start = sample * layout.padded
        for index in weights.indices { weights[index] += factor * Double(products[start + index]) }
    }

    private mutating func resetCovariance(share: Double = 1) {
        for index in covariance.indices { covariance[index] = 0 }
        for index in prior.indices {
            covariance[layout.row(index) + index] = Scalar(share * prior[index])
        }
    }

    /// Begins at these weights, [d], with so much of the variance P₀.
    mutating func start(from weights: [Double], varianceShare: Double) {
        precondition(weights.count == self.weights.count)
        self.weights = weights
        blockCount = 0
        resetCovariance(share: varianceShare)
    }

    /// Forgets the size of the errors, after the scales of the series were repaired, and the
    /// samples that wait, which are in the former ones.
    package mutating func forgetErrors() { (errorCount, meanSquaredError, blockCount) = (0, 0, 0) }

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
}
