import Series

/// The forecasts of the next H values, their intervals, and how those of earlier steps turned out.
///
/// The path is made by forecasting on forecasts (`ClosedLoop`). Where a season is known, what that
/// says is mixed in (`SeasonalPath`). Elsewhere forecast_h = x_t + κ_h·p_h, p_h = path_h − x_t:
/// how far each step is to be believed (`PathTrust`). All that is learned when the truth arrives,
/// h steps after it was forecast: y_h = x_{t+h} − x_t.
///
/// Each horizon has an error scale and a factor of its own:
///
///     half width_h = max(half width_{h−1}, e^c_h·σ_h)
///     c_h ← c_h + .05(miss − (1 − level)),  σ_h² ← σ_h² + max(1/n, .005)(e_h² − σ_h²)
///
/// and √h times that of the next value before any is known.
package struct ForecastPath: Equatable, Sendable {
    /// H, 2 or more.
    package let horizon: Int
    /// Forecasts of the next value, of the one after it, …, and half the widths of their intervals,
    /// in units of the series: [H].
    package internal(set) var means: [Double]
    package internal(set) var halfWidths: [Double]
    /// What the last H steps forecast, a row each, that of step t at t mod H: [H, H]. A mean of a
    /// step that forecast nothing is NaN.
    var pastMeans: [Double]
    /// p_h of these steps, and their x_t: [H, H] and [H].
    var pastSteps: [Float]
    var pastValues: [Double]
    var pastHalfWidths: [Float]
    /// By horizon, the first of which stays as it is: [H].
    var scales: [PathScale]
    var seasonal: SeasonalPath
    /// Steps so far.
    var steps = 0

    package init(horizon: Int, level: Double) {
        precondition(horizon > 1)
        self.horizon = horizon
        means = [Double](repeating: .nan, count: horizon)
        halfWidths = [Double](repeating: 0, count: horizon)
        pastMeans = [Double](repeating: .nan, count: horizon * horizon)
        pastHalfWidths = [Float](repeating: 0, count: horizon * horizon)
        pastSteps = pastHalfWidths
        pastValues = [Double](repeating: 0, count: horizon)
        scales = [PathScale](repeating: PathScale(level: level), count: horizon)
        seasonal = SeasonalPath(horizon: horizon)
    }

    /// A step whose value is the newest of the history, one that the model has accepted or not:
    /// scores what was forecast for it, and makes room for what the step forecasts itself.
    mutating func observe(_ history: borrowing History, isAccepted: Bool, scale: Double) {
        for ahead in 2...horizon {
            let isDue = isAccepted && ahead <= steps
            let error = isDue ? learn(ahead, history, scale: scale) : 0
            seasonal.setError(error, ahead: ahead, step: steps)
        }
        forget(row: steps % horizon)
        steps += 1
    }

    /// The newest value is the truth of what was forecast so many steps before. The error of the
    /// mixture with what the season said, 0 where there was none.
    private mutating func learn(
        _ ahead: Int, _ history: borrowing History, scale: Double
    ) -> Double {
        let past = (steps - ahead) % horizon
        let index = past * horizon + ahead - 1
        guard pastMeans[index].isFinite else { return 0 }
        let value = history[back: 0]
        let (truth, pathStep) = (value - pastValues[past], Double(pastSteps[index]))
        let mixed = Double(seasonal.pastMixed[index])
        if mixed.isFinite {
            seasonal.learn(
                .init(
                    ahead: ahead, back: ahead, step: steps - ahead, scale: scale,
                    pathStep: pathStep),
                history, truth: truth, mixed: mixed, meanSquare: scales[ahead - 1].meanSquare)
            scales[ahead - 1].learn(
                correction: Double(seasonal.pastCorrections[index]), truth: truth - mixed)
        }
        scales[ahead - 1].learn(step: pathStep, truth: truth)
        scales[ahead - 1].learn(
            error: value - pastMeans[index], halfWidth: Double(pastHalfWidths[index]))
        return mixed.isFinite ? truth - mixed : 0
    }

    /// Where the newest step's path begins.
    struct Origin {
        /// The newest value as the history has it.
        let value: Double
        /// What is carried along on top of it, and the range that forecasts are kept within without
        /// it (`ClosedLoop`).
        let offset: Double
        /// q.
        let scale: Double
        let range: ClosedRange<Double>
    }

    /// What a path's forecast becomes with the season and what was learned; beyond H as far as the
    /// one at H is believed.
    mutating func believed(
        _ mean: Double, ahead: Int, from origin: Origin, _ history: borrowing History
    ) -> Double {
        if ahead == 1 { return mean }
        if ahead <= horizon { return outlook(mean, ahead: ahead, from: origin, history).mean }
        let start = origin.value + origin.offset
        return start + scales[horizon - 1].loop.share * (mean - start)
    }

    /// The same up to H with m and r, which are NaN without a season.
    private mutating func outlook(
        _ mean: Double, ahead: Int, from origin: Origin, _ history: borrowing History
    ) -> (mean: Double, mixed: Double, correction: Double) {
        let start = origin.value + origin.offset
        let pathStep = mean - start
        guard seasonal.season.period > 0 else {
            return (start + scales[ahead - 1].loop.share * pathStep, .nan, .nan)
        }
        let (mixed, correction) = seasonal.forecast(
            .init(ahead: ahead, back: 0, step: steps - 1, scale: origin.scale, pathStep: pathStep),
            history)
        let value = origin.value + mixed + scales[ahead - 1].correction.share * correction
        let bounded = min(max(value, origin.range.lowerBound), origin.range.upperBound)
        return (bounded + origin.offset, mixed, correction)
    }

    /// The newest step's path; its intervals from that of the next value.   season: that of the
    /// series as far as it is known.
    mutating func finish(
        _ path: [Double], from origin: Origin, _ history: borrowing History, season: Season,
        nextHalfWidth: Double
    ) {
        if season.period > 0, season != seasonal.season { seasonal.begin(with: season) }
        let row = (steps - 1) % horizon * horizon
        pastValues[(steps - 1) % horizon] = origin.value
        (means[0], halfWidths[0]) = (path[0], nextHalfWidth)
        pastMeans[row] = path[0]
        for ahead in 2...horizon {
            let outlook = outlook(path[ahead - 1], ahead: ahead, from: origin, history)
            let own = scales[ahead - 1].halfWidth ?? nextHalfWidth * Double(ahead).squareRoot()
            means[ahead - 1] = outlook.mean
            halfWidths[ahead - 1] = max(halfWidths[ahead - 2], own)
            let index = row + ahead - 1
            pastMeans[index] = outlook.mean
            pastSteps[index] = Float(bounded: path[ahead - 1] - origin.value - origin.offset)
            pastHalfWidths[index] = Float(bounded: halfWidths[ahead - 1])
            seasonal.pastMixed[index] = Float(outlook.mixed)
            seasonal.pastCorrections[index] =
                outlook.correction.isNaN ? .nan : Float(bounded: outlook.correction)
        }
    }

    /// Writes the newest path into others, from that place on. A width of 0 is none, as it is for
    /// the next value.
    func fill(_ steps: inout [Forecast.Step], from start: Int) {
        for index in 0..<horizon {
            let (mean, halfWidth) = (means[index], halfWidths[index])
            steps[start + index].mean = mean
            steps[start + index].lower = mean - halfWidth
            steps[start + index].upper = mean + halfWidth
        }
    }

    /// No forecast that waits for its truth is scored: the values that they were made of, or what
    /// follows them, are others now.
    mutating func forgetPending() {
        for index in pastMeans.indices { pastMeans[index] = .nan }
        for index in seasonal.pastMixed.indices { seasonal.pastMixed[index] = .nan }
    }

    /// The same for those of one step. Before the newest value is observed.   back: to that step,
    /// from the newest value, 1 or more.
    mutating func forgetPending(back: Int) {
        guard back <= min(horizon, steps) else { return }
        forget(row: (steps - back) % horizon)
    }

    private mutating func forget(row: Int) {
        for index in (row * horizon)..<((row + 1) * horizon) {
            pastMeans[index] = .nan
            seasonal.pastMixed[index] = .nan
        }
    }

    /// Nor is any error so far one to go by.
    mutating func forgetErrors() {
        forgetPending()
        let level = scales[0].level
        for index in scales.indices { scales[index] = PathScale(level: level) }
        for index in seasonal.errors.indices { seasonal.errors[index] = 0 }
    }
}
