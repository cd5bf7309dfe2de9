/// Least squares on all that is known of a step (RECIPE.md, C6): the features, the recall, what the
/// neighbours show, and functions that are not linear. These are random ones, and the net learns
/// what is left over; or, where the net looks at the neighbours, its hidden state.
package struct FullExpert: Sendable {
    /// [features, random units, recall, neighbours, hidden state].
    package internal(set) var linear: LinearExpert<Float>
    let randomCount: Int
    private let neighbourCount: Int
    /// Hidden units that it sees.
    private let unitCount: Int
    var recall: Recall?

    /// Variances of the weights beforehand: of features, of those of second order, of others.
    private static let (featurePrior, productPrior, otherPrior) = (0.01, 0.003, 0.03)
    private static let forgetting = 0.9995
    /// By whether it is plain: one array for all streams of one channel.
    private static let prior = priorVariances(others: RandomFeatures.count + Recall.count)
    private static let plainPrior = priorVariances(others: 0)

    private static func priorVariances(others: Int) -> [Double] {
        var prior = [Double](repeating: featurePrior, count: Features.count)
        for index in Features.products { prior[index] = productPrior }
        return prior + [Double](repeating: otherPrior, count: others)
    }

    /// - Parameters:
    ///   - isPlain: the features only.
    ///   - neighbours: of the channel.
    ///   - units: hidden units of a net that looks at them, which comes before; 0 without.
    package init(isPlain: Bool = false, neighbours: Int = 0, units: Int = 0) {
        randomCount = isPlain || units > 0 ? 0 : RandomFeatures.count
        recall = isPlain ? nil : Recall()
        neighbourCount = isPlain ? 0 : neighbours
        unitCount = isPlain ? 0 : units
        linear = LinearExpert(
            prior: isPlain
                ? Self.plainPrior : Self.prior(neighbours: neighbours, units: units),
            forgetting: Self.forgetting,
            blockSize: isPlain ? 1 : RecursiveLeastSquares<Float>.largestBlock)
    }

    private static func prior(neighbours: Int, units: Int) -> [Double] {
        guard neighbours > 0 else { return prior }
        return priorVariances(others: (units > 0 ? 0 : RandomFeatures.count) + Recall.count)
            + [Double](repeating: featurePrior, count: neighbours * Neighbours.shown)
            + [Double](repeating: otherPrior, count: units)
    }

    package mutating func learn(target: Double) { linear.learn(target: target) }

    package mutating func forgetErrors() { linear.forgetErrors() }

    /// The history before the `except` newest values has moved.
    package mutating func shift(by offset: Double, except: Int) {
        recall?.shift(by: offset, except: except)
    }

    /// y − ŷ of the newest step.
    mutating func error(at target: Double) -> Double { target - linear.forecast }

    /// The recall of a step, which is among the inputs of the net too.
    mutating func remember(
        _ features: borrowing Features, _ inputs: inout NetInputs, _ history: borrowing History,
        scaler: Scaler
    ) -> [Double] {
        let recalled = recall?.update(history, scaler: scaler) ?? []
        inputs.add(features, recall: recalled)
        return recalled
    }

    /// Returns ŷ.
    ///
    /// inputs: the net's, of which the random units see the basic ones; ŷ is added to them.
    /// recalled: what `remember` made of the step. state: the net's newest, where it comes before.
    /// newestError: y − ŷ of the step before, 0 when y is not known.
    package mutating func step(
        _ features: borrowing Features, _ inputs: inout NetInputs, _ recalled: [Double],
        _ neighbours: borrowing Neighbours, state: borrowing [Float], newestError: Double
    ) -> Double {
        let (looksAround, unitCount) = (neighbourCount > 0, unitCount)
        let (randomCount, basic) = (randomCount, inputs.values)
        let forecast = linear.step { inputs in
            for index in 0..<Features.count { inputs[index] = features.values[index] }
            if randomCount > 0 {
                RandomFeatures.standard.fill(
                    &inputs, from: Features.count, inputs: basic)
            }
            let next = Features.count + randomCount
            for index in recalled.indices { inputs[next + index] = recalled[index] }
            if looksAround { neighbours.fill(&inputs, from: next + recalled.count) }
            let first = inputs.count - unitCount
            for unit in 0..<unitCount { inputs[first + unit] = Double(state[unit]) }
        }
        inputs.add(full: forecast, error: newestError)
        return forecast
    }
}
