/// What the streams that share a net have learned beside it, for those that come after them: where
/// the weights of `ar8` begin, and how far the net is to be believed while a stream is young.
///
/// A young stream's level and spread are not known yet, of which the net makes more than least
/// squares do. So what it adds to the forecast of its base, o, is taken times κ, by the age of the
/// stream in steps of 8 up to 64: least squares on what was left to add, e = y − base, with sums
/// that forget by .999.
///
///     κ = clip((16 + Σ e·o)/(16 + Σ o²), 0…1)
package struct Kin: Equatable, Sendable {
    /// Means of the weights of `ar8`: [9]; and how often one was added.
    var weights = [Double](repeating: 0, count: Kin.weightCount)
    var count = 0
    /// By age: Σ e·o and Σ o².
    var products = [Double](repeating: 0, count: Kin.ages)
    var squares = [Double](repeating: 0, count: Kin.ages)

    static let (weightCount, ages) = (9, 8)
    private static let stepsOfAge = 8
    /// Targets that a stream has learned from before its weights count, and weights that the means
    /// remember.
    private static let (grownUp, memory) = (128, 1024.0)
    /// Of the variance that weights have beforehand: what one stream's differ by from its kin's.
    private static let share = 0.1
    private static let (priorSquare, forgetting) = (16.0, 0.999)

    package init() {}

    /// κ of a stream that has come so many steps.
    package func trust(afterSteps steps: Int) -> Double {
        let age = steps / Self.stepsOfAge
        guard age < Self.ages else { return 1 }
        let prior = Self.priorSquare
        return min(max((prior + products[age]) / (prior + squares[age]), 0), 1)
    }

    /// added: o; missing: e, both scaled differences.
    package mutating func learn(added: Double, missing: Double, afterSteps steps: Int) {
        let age = steps / Self.stepsOfAge
        guard age < Self.ages, added.isFinite else { return }
        products[age] = Self.forgetting * products[age] + added * missing
        squares[age] = Self.forgetting * squares[age] + added * added
    }

    /// The weights of a stream, if it is old enough.
    mutating func add(_ ar8: inout LinearExpert<Double>) {
        guard ar8.regression.errorCount >= Self.grownUp else { return }
        count += 1
        let rate = max(1 / Double(count), 1 / Self.memory)
        for index in weights.indices {
            weights[index] += rate * (ar8.regression.weights[index] - weights[index])
        }
    }

    /// Where a new stream begins, once there is a grown-up one.
    func start(_ ar8: inout LinearExpert<Double>) {
        guard count > 0 else { return }
        ar8.regression.start(from: weights, varianceShare: Self.share)
    }
}
