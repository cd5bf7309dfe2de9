/// Least squares on all that is known of a step (RECIPE.md, C6): the features, random functions of
/// the net's inputs, the net's hidden state when there is a net, and the recall. Usually the best
/// expert.
package struct FullExpert: Sendable {
    /// [features, random units, hidden units, recall].
    package private(set) var linear: LinearExpert
    private let randomCount: Int
    private let hiddenCount: Int
    private var recall: Recall?

    /// Variances of the weights beforehand: of features, of those of second order, of others.
    private static let (featurePrior, productPrior, otherPrior) = (0.01, 0.003, 0.03)
    private static let forgetting = 0.9995
    /// Hidden units of a cell without its own bound are cut here.
    private static let largestUnit = 6.0

    /// hiddenCount: the net's, 0 without one. isPlain: without random units and recall.
    package init(hiddenCount: Int, isPlain: Bool = false) {
        self.hiddenCount = hiddenCount
        randomCount = isPlain ? 0 : RandomFeatures.count
        recall = isPlain ? nil : Recall()
        var prior = [Double](repeating: Self.featurePrior, count: Features.count)
        for index in Features.products { prior[index] = Self.productPrior }
        prior += [Double](repeating: Self.otherPrior, count: randomCount + hiddenCount)
        if !isPlain { prior += [Double](repeating: Self.otherPrior, count: Recall.count) }
        linear = LinearExpert(prior: prior, forgetting: Self.forgetting)
    }

    package mutating func learn(target: Double) { linear.learn(target: target) }

    package mutating func forgetErrors() { linear.forgetErrors() }

    /// The history before the `except` newest values has moved.
    package mutating func shift(by offset: Double, except: Int) {
        recall?.shift(by: offset, except: except)
    }

    /// hidden: h, at least [hiddenCount]; nil without a net.
    package mutating func step(
        _ features: borrowing Features, _ residual: borrowing ResidualInputs,
        hidden: [Float]?, history: borrowing History, scaler: Scaler
    ) {
        precondition(hidden != nil || hiddenCount == 0)
        recall?.update(history, scaler: scaler)
        let (randomCount, hiddenCount) = (randomCount, hiddenCount)
        let recalled = recall?.values ?? []
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
            let last = first + hiddenCount
            for index in recalled.indices { inputs[last + index] = recalled[index] }
        }
    }
}
