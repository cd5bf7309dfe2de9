/// Tells when a net's learning has diverged: over the last few samples its error is far above both
/// its own baseline and that of persistence. Errors are in scaled differences, where persistence's
/// mean square is about 1.
package struct LearningHealth: Equatable, Sendable {
    /// Running mean squares: the net's over the last 8 samples, persistence's over the same.
    var recent = LearningHealth.normal
    var recentPersistence = LearningHealth.normal
    /// The net's own baseline, over 256 samples; a single sample adds at most 4 times its value, so
    /// that a divergence does not become the baseline.
    var baseline = LearningHealth.normal

    private static let normal = 1.0
    private static let largestOverBaseline = 8.0
    private static let largestOverPersistence = 4.0

    package init() {}

    /// The net's forecast of a scaled difference, and what came.
    package mutating func observe(forecast: Double, target: Double) {
        observe(square: (forecast - target) * (forecast - target), persistence: target * target)
    }

    /// The same as mean squares, of several forecasts at once.
    mutating func observe(square: Double, persistence: Double) {
        recent += (square - recent) / 8
        recentPersistence += (persistence - recentPersistence) / 8
        baseline += (min(square, 4 * baseline) - baseline) / 256
    }

    package var hasDiverged: Bool {
        recent > Self.largestOverBaseline * max(baseline, Self.normal)
            && recent > Self.largestOverPersistence * recentPersistence
    }

    /// Good enough for the weights to be kept as a refuge.
    package var isGood: Bool { recent <= 2 * max(baseline, Self.normal) }

    /// After a recovery: the recent errors were those of weights that are gone.
    package mutating func restart() {
        recent = baseline
        recentPersistence = Self.normal
    }
}
