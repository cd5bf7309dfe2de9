import Kernels

/// The errors of one horizon, how much wider than their scale its interval is, and how far a path
/// and the correction of what the season makes of it are to be believed there.
package struct PathScale: Equatable, Sendable {
    let level: Double
    /// c.
    var logFactor: Double
    /// σ², in squared units of the series, and the errors in it.
    var meanSquare = 0.0
    var count = 0
    /// κ of the path, where no season is known, and τ of the correction.
    package internal(set) var loop = PathTrust()
    var correction = PathTrust()

    private static let (factorRate, rate) = (0.05, 0.005)
    static let largestLogFactor = 7.0
    /// Errors learned as they are, before clipping starts, and the largest after that, in σ.
    private static let (unclipped, largestError) = (30, 10.0)

    package init(level: Double) {
        self.level = level
        logFactor = Double.log(Interval.normalQuantile(level))
    }

    /// Nil before there has been an error.
    var halfWidth: Double? {
        count > 0 ? Double.exp(logFactor) * meanSquare.squareRoot() : nil
    }

    /// step: p; truth: x_{t+h} − x_t, of which what is beyond the largest error does not count.
    package mutating func learn(step: Double, truth: Double) {
        loop.learn(step: step, truth: bounded(truth, around: step), meanSquare: meanSquare)
    }

    /// correction: r; truth: x_{t+h} − x_t − m, likewise.
    mutating func learn(correction step: Double, truth: Double) {
        correction.learn(step: step, truth: bounded(truth, around: step), meanSquare: meanSquare)
    }

    private func bounded(_ truth: Double, around step: Double) -> Double {
        guard count > Self.unclipped, meanSquare > 0 else { return truth }
        return step + (truth - step).clamped(to: Self.largestError * meanSquare.squareRoot())
    }

    package mutating func learn(error: Double, halfWidth: Double) {
        if meanSquare > 0 {
            let surprise = (abs(error) > halfWidth ? 1 : 0) - (1 - level)
            logFactor = (logFactor + Self.factorRate * surprise)
                .clamped(to: Self.largestLogFactor)
        }
        count += 1
        var square = error * error
        if count > Self.unclipped, meanSquare > 0 {
            square = min(square, Self.largestError * Self.largestError * meanSquare)
        }
        meanSquare += max(1 / Double(count), Self.rate) * (square - meanSquare)
    }
}
