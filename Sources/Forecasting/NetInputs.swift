import Networks

/// What the net sees when it learns what a linear expert leaves over, each cut at ±4.
///
/// The basic ones (RECIPE.md, C5) are for `ar8`, and for the random units: z, u, u′, the forecast
/// of `ar8`, and the last season's difference and level at the next step. For `full` there are also
/// the recall, the volatility, the forecast of `full` and its newest error.
package struct NetInputs: Sendable {
    package static let basicCount = 6
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

    /// The others.   full: its forecast; error: y − ŷ of its step before, 0 when y is not known.
    package mutating func complete(
        _ features: borrowing Features, recall: [Double], full: Double, error: Double
    ) {
        for index in recall.indices { set(6 + index, recall[index]) }
        set(10, features.values[Features.volatility])
        set(11, full)
        set(12, error)
    }

    private mutating func set(_ index: Int, _ value: Double) {
        values[index] = value.clamped(to: RecurrentExpert.largestInput)
    }
}
