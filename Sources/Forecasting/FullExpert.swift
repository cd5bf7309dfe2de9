/// Least squares on all that is known of a step (RECIPE.md, C6): the features, random functions of
/// the net's inputs, and the net's hidden state when there is a net. Usually the best expert.
package struct FullExpert: Sendable {
    /// [features, random units, hidden units].
    package private(set) var linear: LinearExpert
    private let randomCount: Int
    private let hiddenCount: Int

    /// Variances of the weights beforehand: of features, of those of second order, of units.
    private static let (featurePrior, productPrior, unitPrior) = (0.01, 0.003, 0.03)
    private static let forgetting = 0.9995
    /// Hidden units of a cell without its own bound are cut here.
    private static let largestUnit = 6.0

    /// hiddenCount: the net's, 0 without one. `hasRandomFeatures`: false for comparisons only.
    package init(hiddenCount: Int, hasRandomFeatures: Bool = true) {
        self.hiddenCount = hiddenCount
        randomCount = hasRandomFeatures ? RandomFeatures.count : 0
        var prior = [Double](repeating: Self.featurePrior, count: Features.count)
        for index in Features.products { prior[index] = Self.productPrior }
        prior += [Double](repeating: Self.unitPrior, count: randomCount + hiddenCount)
        linear = LinearExpert(prior: prior, forgetting: Self.forgetting)
    }

    package mutating func learn(target: Double) { linear.learn(target: target) }

    package mutating func forgetErrors() { linear.forgetErrors() }

    /// hidden: h, at least [hiddenCount]; nil without a net.
    package mutating func step(
        _ features: borrowing Features, _ residual: borrowing ResidualInputs,
        hidden: [Float]?
    ) {
        precondition(hidden != nil || hiddenCount == 0)
        let (randomCount, hiddenCount) = (randomCount, hiddenCount)
        linear.step { inputs in
            for index in 0..<Features.count { inputs[index] = features.values[index] }
            if randomCount > 0 {
                RandomFeatures.standard.fill(
                    &inputs, from: Features.count, inputs: residual.values)
            }
            let first = Features.count + randomCount
            for unit in 0..<hiddenCount {
                inputs[first + unit] = Double(hidden![unit]).clamped(to: Self.largestUnit)
            }
        }
    }
}
