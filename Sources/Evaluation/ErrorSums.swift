/// Sums of a forecast's errors beside those of persistence (repeating the value before), over the
/// samples whose own value and the one before it are present.
package struct ErrorSums: Equatable, Sendable {
    package private(set) var count = 0
    /// Σ(ŷ − y)² and Σ|ŷ − y|.
    package private(set) var squared = 0.0
    package private(set) var absolute = 0.0
    /// Σ(y₋₁ − y)² and Σ|y₋₁ − y|.
    package private(set) var persistenceSquared = 0.0
    package private(set) var persistenceAbsolute = 0.0

    package init() {}

    /// error: ŷ − y, change: y₋₁ − y.
    package mutating func add(error: Double, change: Double) {
        count += 1
        squared += error * error
        absolute += abs(error)
        persistenceSquared += change * change
        persistenceAbsolute += abs(change)
    }

    package static func += (sums: inout ErrorSums, other: ErrorSums) {
        sums.count += other.count
        sums.squared += other.squared
        sums.absolute += other.absolute
        sums.persistenceSquared += other.persistenceSquared
        sums.persistenceAbsolute += other.persistenceAbsolute
    }

    /// Means in units of the series, squared where the name says so; NaN without samples.
    package var meanSquared: Double { squared / Double(count) }
    package var meanAbsolute: Double { absolute / Double(count) }
    package var persistenceMeanSquared: Double { persistenceSquared / Double(count) }
    package var persistenceMeanAbsolute: Double { persistenceAbsolute / Double(count) }

    /// The forecast's error divided by persistence's: below 1 is better. NaN when the series never
    /// moved.
    package var relativeSquared: Double { Self.ratio(squared, persistenceSquared) }
    package var relativeAbsolute: Double { Self.ratio(absolute, persistenceAbsolute) }

    /// NaN unless `whole` is above 0.
    static func ratio(_ part: Double, _ whole: Double) -> Double { whole > 0 ? part / whole : .nan }
}
