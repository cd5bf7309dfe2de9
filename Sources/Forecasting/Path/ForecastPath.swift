import Kernels
import Series

/// The forecasts of the next H values, their intervals, and how those of earlier steps turned out.
///
/// The path is made by forecasting on forecasts (`ClosedLoop`). How far each step of it is to be
/// believed, p_h = path_h − x_t, is learned when its truth arrives, h steps after it was forecast,
/// by least squares with sums that remember 4,000 steps, as if 100 had been right before:
///
///     forecast_h = x_t + κ_h·p_h,   κ_h = clip((n̄ + Σ p_h·y_h/σ_h² / Σ p_h²/σ_h²)/(n̄ + 1), 0…1)
///     y_h = x_{t+h} − x_t,   n̄ = 100/min(n, 4000)
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
    }

    /// A step with its value, NaN where there is none that the model has accepted: scores what was
    /// forecast for it, and makes room for what the step forecasts itself.
    mutating func observe(_ value: Double) {
        if value.isFinite {
            for ahead in 2...horizon where ahead <= steps {
                let past = (steps - ahead) % horizon
                let place = past * horizon + ahead - 1
                guard pastMeans[place].isFinite else { continue }
                scales[ahead - 1].learn(
                    step: Double(pastSteps[place]), truth: value - pastValues[past])
                scales[ahead - 1].learn(
                    error: value - pastMeans[place], halfWidth: Double(pastHalfWidths[place]))
            }
        }
        let row = steps % horizon * horizon
        for index in 0..<horizon { pastMeans[row + index] = .nan }
        steps += 1
    }

    /// A forecast of a path from the newest value, as far as it is to be believed: those beyond H
    /// as the one at H.   index: its place in the path, 0 for the next value.
    func believed(_ mean: Double, at index: Int, from value: Double) -> Double {
        guard index > 0 else { return mean }
        return value + scales[min(index, horizon - 1)].trust * (mean - value)
    }

    /// The newest step's path; its intervals from that of the next value.
    mutating func finish(_ path: [Double], from value: Double, nextHalfWidth: Double) {
        for index in means.indices { means[index] = believed(path[index], at: index, from: value) }
        pastValues[(steps - 1) % horizon] = value
        halfWidths[0] = nextHalfWidth
        for ahead in 2...horizon {
            let own = scales[ahead - 1].halfWidth ?? nextHalfWidth * Double(ahead).squareRoot()
            halfWidths[ahead - 1] = max(halfWidths[ahead - 2], own)
        }
        let row = (steps - 1) % horizon * horizon
        for index in 0..<horizon {
            pastMeans[row + index] = means[index]
            pastSteps[row + index] = Float(path[index] - value)
            pastHalfWidths[row + index] = Float(halfWidths[index])
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

    /// The history has moved: so have the forecasts that wait for their truth.
    mutating func shift(by offset: Double) {
        for index in pastMeans.indices { pastMeans[index] += offset }
        for index in pastValues.indices { pastValues[index] += offset }
    }
}

/// The errors of one horizon, how much wider than their scale its interval is, and how far a path
/// is to be believed there.
package struct PathScale: Equatable, Sendable {
    let level: Double
    /// c.
    var logFactor: Double
    /// σ², in squared units of the series, and the errors in it.
    var meanSquare = 0.0
    var count = 0
    /// Σ p·(x_{t+h} − x_t)/σ² and Σ p²/σ², and the steps in them.
    var products = 0.0
    var squares = 0.0
    var stepCount = 0

    /// Steps that count as right beforehand, and those that the sums remember.
    private static let (priorSteps, memory) = (100.0, 4000.0)
    /// Of a step's square, what σ² is at least taken for.
    private static let leastShare = 0.01
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

    /// κ.
    package var trust: Double {
        guard squares > 0 else { return 1 }
        let prior = Self.priorSteps / min(Double(stepCount), Self.memory)
        return min(max((prior + products / squares) / (prior + 1), 0), 1)
    }

    /// step: p; truth: x_{t+h} − x_t, of which what is beyond the largest error does not count.
    package mutating func learn(step: Double, truth: Double) {
        var truth = truth
        if count > Self.unclipped, meanSquare > 0 {
            let bound = Self.largestError * meanSquare.squareRoot()
            truth = step + (truth - step).clamped(to: bound)
        }
        stepCount += 1
        let kept = 1 - 1 / Self.memory
        // Errors of a stream that is still learning are large, and count for less. σ² is bounded,
        // so that no single step of one that stands still decides for long.
        let variance = max(meanSquare, Self.leastShare * max(step * step, truth * truth))
        guard variance > 0, variance.isFinite else { return }
        products = kept * products + step * truth / variance
        squares = kept * squares + step * step / variance
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
