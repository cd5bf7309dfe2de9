/// How the published forecasts of a channel have done, beside persistence (repeating the last
/// value). Running means over about the last 500 scored samples: rate max(1/n, 1/500). Each error
/// counts as 20 times the mean at most, so that one spike does not stand in them for a thousand
/// samples.
package struct Scores: Equatable, Sendable {
    /// Mean absolute error of the forecasts, in units of the series; NaN before the first.
    package internal(set) var meanAbsoluteError = Double.nan
    var persistenceError = 0.0
    var count = 0

    private static let memory = 500.0
    /// Errors taken as they are, and the largest after them, in means.
    private static let (unclipped, largestError) = (30, 20.0)

    package init() {}

    /// The error relative to persistence's: below 1 is better. NaN while persistence has had none.
    package var scaledError: Double {
        persistenceError > 0 ? meanAbsoluteError / persistenceError : .nan
    }

    /// residual: value − forecast, change: value − the value before it.
    package mutating func add(residual: Double, change: Double) {
        count += 1
        if count == 1 { meanAbsoluteError = 0 }
        let rate = max(1 / Double(count), 1 / Self.memory)
        meanAbsoluteError += rate * (limited(residual, meanAbsoluteError) - meanAbsoluteError)
        persistenceError += rate * (limited(change, persistenceError) - persistenceError)
    }

    private func limited(_ error: Double, _ mean: Double) -> Double {
        guard count > Self.unclipped, mean > 0 else { return abs(error) }
        return min(abs(error), Self.largestError * mean)
    }
}
