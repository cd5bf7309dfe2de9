import Networks

/// What the net sees when it learns what a linear expert leaves over, each cut at ±4.
///
/// The basic ones (RECIPE.md, C5) are for `ar8`, and for the random units: z, u, u′, the forecast
/// of `ar8`, and the last season's difference and level at the next step. With `full` there are
/// also the recall and the volatility, and, where it comes before the net, its forecast and its
/// newest error.
package struct NetInputs: Sendable {
    package static let basicCount = 6
    package static let countBeforeFull = 11
    package static let count = 13
    /// [count].
    package private(set) var values = [Double](repeating: 0, count: NetInputs.count)

    package init() {}

    /// The basic inputs.   base: the forecast of `ar8`; 0 without it.
    package mutating func update(_ features: borrowing Features, base: Double) {
        set(0, features.level)
        set(1, features.change)
        set(2, features.previousChange)
        set(3, base)
        set(4, features.values[Features.season.lowerBound])
        set(5, features.values[Features.season.lowerBound + 1])
    }

    /// Those of the parts of `full`.
    package mutating func add(_ features: borrowing Features, recall: [Double]) {
        for index in recall.indices { set(6 + index, recall[index]) }
        set(10, features.values[Features.volatility])
    }

    /// The others.   full: its forecast; error: y − ŷ of its step before, 0 when y is not known.
    package mutating func add(full: Double, error: Double) {
        set(11, full)
        set(12, error)
    }

    private mutating func set(_ index: Int, _ value: Double) {
        values[index] = value.clamped(to: RecurrentExpert.largestInput)
    }
}
