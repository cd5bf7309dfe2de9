/// What the net sees when it learns what `ar8` leaves over, and the random units too (RECIPE.md,
/// C5): z, u, u′, the forecast of `ar8`, and the last season's difference and level at the next
/// step. Each is cut at ±4.
package struct ResidualInputs: Sendable {
    package static let count = 6
    /// [count].
    package private(set) var values = [Double](repeating: 0, count: ResidualInputs.count)

    package init() {}

    /// base: the forecast of `ar8`; 0 without it.
    package mutating func update(_ features: borrowing Features, base: Double) {
        values[0] = features.level
        values[1] = features.change
        values[2] = features.previousChange
        values[3] = base
        values[4] = features.values[Features.season.lowerBound]
        values[5] = features.values[Features.season.lowerBound + 1]
        for index in values.indices {
            values[index] = values[index].clamped(to: RecurrentExpert.largestInput)
        }
    }
}
