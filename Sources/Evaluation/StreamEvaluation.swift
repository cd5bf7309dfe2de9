package import Forecasting
package import Series

/// One stream, or one channel of a multivariate stream, and how its forecasts did.
package struct StreamEvaluation: Sendable {
    package let name: String
    package var score: PrequentialScore
    /// With a horizon beyond the next value.
    package var path: PathScore?
    /// What the report draws; nil when no report is wanted of this stream.
    package var trace: Trace?
    /// Names of the experts, in the order of `Prediction.experts`.
    package var experts: [String] = []
    /// The newest season found, in samples; nil when there is none.
    package var period: Int?
    /// Lasting changes that the forecaster has noticed.
    package var drifts = DriftCounts()

    package init(name: String, laterCapacity: Int, isTraced: Bool) {
        self.name = name
        score = PrequentialScore(laterCapacity: laterCapacity)
        trace = isTraced ? Trace() : nil
    }

    /// The next sample, NaN when missing, and what had been forecast for it.
    package mutating func add(time: Int64, value: Double, prediction: Prediction) {
        score.add(value: value, prediction: prediction)
        path?.add(value: value, level: prediction.level)
        trace?.add(time: time, value: value, prediction: prediction)
    }

    /// What is forecast with the newest sample, which is `value`.
    package mutating func keep(_ steps: ArraySlice<Forecast.Step>, value: Double) {
        if path == nil {
            path = PathScore(horizon: steps.count)
            path?.add(value: value, level: 0)
        }
        path?.keep(steps)
    }
}
