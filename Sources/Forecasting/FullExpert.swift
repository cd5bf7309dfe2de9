/// Least squares on all that is known of a step (RECIPE.md, C6): the features, random functions of
/// some of them, and the recall. The net learns what it leaves over.
package struct FullExpert: Sendable {
    /// [features, random units, recall].
    package internal(set) var linear: LinearExpert<Float>
    let randomCount: Int
    var recall: Recall?

    /// Variances of the weights beforehand: of features, of those of second order, of others.
    private static let (featurePrior, productPrior, otherPrior) = (0.01, 0.003, 0.03)
    private static let forgetting = 0.9995
    /// By whether it is plain: one array for all streams.
    private static let (prior, plainPrior) = (priorVariances(), priorVariances(isPlain: true))

    private static func priorVariances(isPlain: Bool = false) -> [Double] {
        var prior = [Double](repeating: featurePrior, count: Features.count)
        for index in Features.products { prior[index] = productPrior }
        if isPlain { return prior }
        return prior + [Double](repeating: otherPrior, count: RandomFeatures.count + Recall.count)
    }

    /// isPlain: without random units and recall.
    package init(isPlain: Bool = false) {
        randomCount = isPlain ? 0 : RandomFeatures.count
        recall = isPlain ? nil : Recall()
        linear = LinearExpert(
            prior: isPlain ? Self.plainPrior : Self.prior, forgetting: Self.forgetting)
    }

    package mutating func learn(target: Double) { linear.learn(target: target) }

    package mutating func forgetErrors() { linear.forgetErrors() }

    /// The history before the `except` newest values has moved.
    package mutating func shift(by offset: Double, except: Int) {
        recall?.shift(by: offset, except: except)
    }

    /// y − ŷ of the newest step.
    mutating func error(at target: Double) -> Double { target - linear.forecast }

    /// Returns ŷ.
    ///
    /// inputs: the net's, of which the random units see the basic ones; completed by the recall and
    /// ŷ. newestError: y − ŷ of the step before, 0 when y is not known.
    package mutating func step(
        _ features: borrowing Features, _ inputs: inout NetInputs, history: borrowing History,
        scaler: Scaler, newestError: Double
    ) -> Double {
        let recalled = recall?.update(history, scaler: scaler) ?? []
        let (randomCount, basic) = (randomCount, inputs.values)
        let forecast = linear.step { inputs in
            for index in 0..<Features.count { inputs[index] = features.values[index] }
            if randomCount > 0 {
                RandomFeatures.standard.fill(
                    &inputs, from: Features.count, inputs: basic)
            }
            let next = Features.count + randomCount
            for index in recalled.indices { inputs[next + index] = recalled[index] }
        }
        inputs.complete(features, recall: recalled, full: forecast, error: newestError)
        return forecast
    }
}
