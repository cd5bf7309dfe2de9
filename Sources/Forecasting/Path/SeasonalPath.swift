/// What a path becomes where a season is known: a mixture of it with what the season says, per
/// horizon h, and a correction learned for each part of the season. With p the path's step from
/// x_t, P and Q the shorter and the longer season (a day and a week), all in steps q:
///
///     m = Σ w_k·f_k,   f = (0, p, and of P and Q the four `SeasonalValues`),   w by `Mixture`
///     φ = (1, level_Q − m, change_Q − m, m, p − m, x_t − x_{t−1}, ε_t, ε_{t+h−P})
///     r = w·φ by `SlotRegressions`, target x_{t+h} − x_t − m,   ε_t = x_t − x_{t−h} − m_{t−h}
///
/// The forecast is x_t + m + τ·r with τ by `PathTrust`. A series with one season has Q = P. Where
/// the past of a season does not reach it says f = 0, persistence, and φ = 0. Inputs are computed
/// again from the history when their truth comes.
struct SeasonalPath: Equatable, Sendable {
    /// The shorter one first; none while the period is 0.
    var season = Season()
    /// By horizon, from 2 on: [H − 1].
    var mixtures: [Mixture]
    var regressions: SlotRegressions
    /// ε in units of the series, by horizon and that of step t at t mod `errorCount`, 0 where it is
    /// not known: [H − 1, errorCount].
    var errors: [Float]
    /// m and r of the last H steps, in units of the series, as in `ForecastPath`: [H, H], NaN where
    /// there were none.
    var pastMixed: [Float]
    var pastCorrections: [Float]
    /// f of one horizon, computed before it is used.
    private(set) var values = [Double](repeating: 0, count: expertCount)

    /// The longest season that ε_{t+h−P} is kept for: five minutes' of a day; and the newest ε.
    private static let longestErrors = 288
    static let errorCount = longestErrors + 1
    /// Weights beforehand of persistence and the path; the seasons share the rest.
    private static let (persistencePrior, pathPrior) = (0.1, 0.4)
    private static let expertCount = 10
    /// In steps q: the largest input of a regression.
    private static let largestInput = 12.0
    /// Errors of more σ count for less.
    private static let outlier = 3.0

    init(horizon: Int) {
        var prior = [Double](repeating: 0, count: Self.expertCount)
        (prior[0], prior[1]) = (Self.persistencePrior, Self.pathPrior)
        for index in 2..<prior.count {
            prior[index] =
                (1 - Self.persistencePrior - Self.pathPrior) / Double(prior.count - 2)
        }
        mixtures = Array(repeating: Mixture(prior: prior), count: horizon - 1)
        regressions = SlotRegressions(horizons: horizon - 1)
        errors = [Float](repeating: 0, count: (horizon - 1) * Self.errorCount)
        pastMixed = [Float](repeating: .nan, count: horizon * horizon)
        pastCorrections = pastMixed
    }

    /// In steps q: the largest f, m, target and correction of a horizon. What a series goes up
    /// steadily becomes h·q.
    private static func largest(ahead: Int) -> Double { 40 * max(1, Double(ahead) / 8) }

    /// Goes on with another season: what is known of the old one's errors does not fit it, unless
    /// only the longer one has changed.
    mutating func begin(with season: Season) {
        let isAnother = season.period != self.season.period
        self.season = season
        guard isAnother else { return }
        for index in errors.indices { errors[index] = 0 }
        for index in pastMixed.indices { pastMixed[index] = .nan }
    }

    /// Goes on from another one of the same season, as far as the horizons go.
    mutating func keep(_ old: SeasonalPath) {
        season = old.season
        let count = min(mixtures.count, old.mixtures.count)
        mixtures.replaceSubrange(0..<count, with: old.mixtures[0..<count])
        let models = count * regressions.numbers.count / mixtures.count
        regressions.numbers.replaceSubrange(0..<models, with: old.regressions.numbers[0..<models])
        let known = count * Self.errorCount
        errors.replaceSubrange(0..<known, with: old.errors[0..<known])
    }

    /// Where a path stood, and what it was made of.
    struct Place {
        /// h.
        let ahead: Int
        /// Steps from s, where it began, to the newest value of the history.
        let back: Int
        /// s, counted as `ForecastPath.steps` are.
        let step: Int
        /// q.
        let scale: Double
        /// p, in units of the series.
        let pathStep: Double
    }

    /// m and r of the newest step, in units of the series.
    mutating func forecast(
        _ place: Place, _ history: borrowing History
    ) -> (mixed: Double, correction: Double) {
        let week = fill(place, history)
        let mixed = mixtures[place.ahead - 2].combine(values)
        let inputs = inputs(place, history, week, mixed: mixed)
        let correction = regressions.predict(model(place, history), inputs)
            .clamped(to: Self.largest(ahead: place.ahead))
        return (place.scale * mixed, place.scale * correction)
    }

    /// The truth of what was forecast at a place: x_{s+h} − x_s.   mixed: m, both in units of the
    /// series; meanSquare: that of the errors of what was published, in squared units.
    mutating func learn(
        _ place: Place, _ history: borrowing History, truth: Double, mixed: Double,
        meanSquare: Double
    ) {
        let week = fill(place, history)
        let largest = Self.largest(ahead: place.ahead)
        let target = (truth / place.scale).clamped(to: largest)
        let mixed = (mixed / place.scale).clamped(to: largest)
        let inputs = inputs(place, history, week, mixed: mixed)
        let model = model(place, history)
        let error = target - mixed - regressions.predict(model, inputs)
        let bound = Self.outlier * meanSquare.squareRoot() / place.scale
        let share = bound > 0 && abs(error) > bound ? bound / abs(error) : 1
        regressions.learn(model, inputs, error: error, share: share)
        mixtures[place.ahead - 2].learn(forecasts: values, mixed: mixed, target: target)
    }

    /// ε of the newest step, in units of the series; 0 where it is not known.
    mutating func setError(_ error: Double, ahead: Int, step: Int) {
        errors[(ahead - 2) * Self.errorCount + step % Self.errorCount] = Float(bounded: error)
    }

    private func error(ahead: Int, step: Int) -> Double {
        guard step >= 0 else { return 0 }
        return Double(errors[(ahead - 2) * Self.errorCount + step % Self.errorCount])
    }

    /// Fills f, in steps q; what the longer season says.
    private mutating func fill(
        _ place: Place, _ history: borrowing History
    ) -> SeasonalValues {
        let day = SeasonalValues(
            history, period: season.period, ahead: place.ahead, back: place.back)
        var week = day
        if season.secondPeriod > 0 {
            week = SeasonalValues(
                history, period: season.secondPeriod, ahead: place.ahead, back: place.back)
        }
        let largest = Self.largest(ahead: place.ahead)
        values[1] = (place.pathStep / place.scale).clamped(to: largest)
        day.fill(&values, from: 2, scale: place.scale, largest: largest)
        week.fill(&values, from: 6, scale: place.scale, largest: largest)
        return week
    }

    /// φ.   mixed: m, in steps q.
    private func inputs(
        _ place: Place, _ history: borrowing History, _ week: SeasonalValues, mixed: Double
    ) -> SlotRegressions.Inputs {
        let (scale, ahead) = (place.scale, place.ahead)
        func bounded(_ value: Double) -> Float { Float(value.clamped(to: Self.largestInput)) }
        // Unknown is NaN, of which `clamped` makes 0.
        var inputs = SlotRegressions.Inputs.zero
        inputs[0] = 1
        inputs[1] = bounded(week.level / scale - mixed)
        inputs[2] = bounded(week.change / scale - mixed)
        inputs[3] = bounded(mixed)
        inputs[4] = bounded(place.pathStep / scale - mixed)
        inputs[5] = bounded(history.difference(back: place.back) / scale)
        inputs[6] = bounded(error(ahead: ahead, step: place.step) / scale)
        if (ahead...Self.longestErrors).contains(season.period) {
            let past = place.step + ahead - season.period
            inputs[7] = bounded(error(ahead: ahead, step: past) / scale)
        }
        return inputs
    }

    /// The regression for the part of the season that s + h is in.
    private func model(_ place: Place, _ history: borrowing History) -> Int {
        let index = (history.count - 1 - place.back + place.ahead) % season.period
        let slots = min(SlotRegressions.slotCount, season.period)
        return (place.ahead - 2) * SlotRegressions.slotCount + index * slots / season.period
    }
}
