/// The level and the spread of a series, learned online: what makes series of any unit look alike
/// to the experts (RECIPE.md, C1; the clipping is step 7 of BAD-DATA-AND-PRIOR.md).
///
///     δ = x − m,  m ← m + a·δ,  v ← (1 − a)(v + a·δ²)        a = max(1/n, 1/500)
///     u ← u + b((x′ − x)² − u)                               b = max(1/n, 1/500)
package struct Scaler: Equatable, Sendable {
    /// m, in units of the series.
    package internal(set) var mean = 0.0
    /// s = √v, in units of the series; 1 while the series has not varied.
    package private(set) var deviation = 1.0
    /// q = √u, the typical step, in units of the series; 1 while the series has not moved.
    package private(set) var step = 1.0
    /// Whether two neighbours have differed so far (u > 0).
    package var hasMoved: Bool { meanSquaredStep > 0 }

    var variance = 0.0
    var meanSquaredStep = 0.0
    var levelCount = 0
    var stepCount = 0

    /// Samples that the running means remember.
    private static let memory = 500.0
    /// Values and steps accepted as they are, before clipping starts.
    private static let unclipped = 8
    /// The largest deviation and step that are learned, in present deviations and steps.
    private static let (largestDeviation, largestStep) = (20.0, 30.0)

    package init() {}

    /// Learns an accepted value.
    package mutating func add(level: Double) {
        levelCount += 1
        let rate = max(1 / Double(levelCount), 1 / Self.memory)
        if levelCount == 1 { mean = level }
        var change = level - mean
        if levelCount > Self.unclipped, variance > 0 {
            change = change.clamped(to: Self.largestDeviation * deviation)
        }
        mean += rate * change
        variance = (1 - rate) * (variance + rate * change * change)
        deviation = variance > 0 ? variance.squareRoot() : 1
    }

    /// Learns the step between two accepted neighbours.
    package mutating func add(step difference: Double) {
        stepCount += 1
        let rate = max(1 / Double(stepCount), 1 / Self.memory)
        var square = difference * difference
        if stepCount > Self.unclipped, hasMoved {
            square = min(square, Self.largestStep * Self.largestStep * meanSquaredStep)
        }
        setMeanSquaredStep(meanSquaredStep + rate * (square - meanSquaredStep))
    }

    /// Moves the level along with a history that was moved.
    package mutating func shift(by offset: Double) { mean += offset }

    /// Replaces what an early outlier has spoiled (`ColdStartRepair`).
    package mutating func repair(mean: Double, variance: Double, meanSquaredStep: Double) {
        self.mean = mean
        self.variance = variance
        deviation = variance > 0 ? variance.squareRoot() : 1
        setMeanSquaredStep(meanSquaredStep)
    }

    private mutating func setMeanSquaredStep(_ square: Double) {
        meanSquaredStep = square
        step = square > 0 ? square.squareRoot() : 1
    }
}
