package import Series

/// How the forecasts of several values ahead turned out, each horizon beside persistence: the value
/// that was there when the forecast was made. Intervals count from sample 30 on.
package struct PathScore: Sendable {
    /// H.
    package let horizon: Int
    /// By horizon, 1 first: [H].
    package private(set) var errors: [ErrorSums]
    package private(set) var intervals: [IntervalScore]
    /// The paths of the last H samples, [H, H], and their values: that of sample t at t mod H.
    private var paths: [Forecast.Step]
    private var values: [Double]
    private var samples = 0

    package init(horizon: Int) {
        self.horizon = horizon
        errors = Array(repeating: ErrorSums(), count: horizon)
        intervals = Array(repeating: IntervalScore(), count: horizon)
        paths = Array(repeating: Forecast.Step(), count: horizon * horizon)
        values = Array(repeating: .nan, count: horizon)
    }

    /// What was forecast for the next sample, so many samples before it; NaN for nothing.
    package func forecast(ahead: Int) -> Forecast.Step {
        guard ahead <= min(samples, horizon) else { return Forecast.Step() }
        return paths[(samples - ahead) % horizon * horizon + ahead - 1]
    }

    /// The next sample, NaN when missing.
    package mutating func add(value: Double, level: Double) {
        for ahead in 1...horizon where ahead <= samples {
            let step = forecast(ahead: ahead)
            let change = values[(samples - ahead) % horizon] - value
            guard !step.mean.isNaN, !change.isNaN else { continue }
            errors[ahead - 1].add(error: step.mean - value, change: change)
            guard samples >= PrequentialScore.intervalStart, !step.lower.isNaN else { continue }
            intervals[ahead - 1].add(
                value: value, lower: step.lower, upper: step.upper, level: level)
        }
        let row = samples % horizon
        values[row] = value
        for index in 0..<horizon { paths[row * horizon + index] = Forecast.Step() }
        samples += 1
    }

    /// What is forecast with the newest sample: [H].
    package mutating func keep(_ path: ArraySlice<Forecast.Step>) {
        precondition(path.count == horizon && samples > 0)
        let row = (samples - 1) % horizon * horizon
        for (index, step) in path.enumerated() { paths[row + index] = step }
    }
}
