/// A stretch of a run in constant memory: extremes that decimation must not lose, and sums.
package struct TraceSlice: Sendable {
    package private(set) var first = Trace.Point()
    package private(set) var count = 0
    /// Extremes of the values, of the forecasts and of the intervals; NaN without any.
    package private(set) var lowest = Double.nan
    package private(set) var highest = Double.nan
    package private(set) var lowestMean = Double.nan
    package private(set) var highestMean = Double.nan
    package private(set) var lower = Double.nan
    package private(set) var upper = Double.nan
    package private(set) var errors = ErrorSums()
    /// Samples inside their interval, of those that had one.
    package private(set) var inside = 0
    package private(set) var judged = 0
    /// Each expert's Σ(ŷ_k − y)² over the samples of `errors`, and Σ of its weights over all.
    package private(set) var expertSquared: [Double] = []
    private var weightSums: [Double] = []
    private var weighed = 0

    /// The share of samples inside their interval; NaN without any.
    package var coverage: Double { judged > 0 ? Double(inside) / Double(judged) : .nan }

    /// Each expert's mean weight; 0 before there was any.
    package var weights: [Double] { weightSums.map { weighed > 0 ? $0 / Double(weighed) : 0 } }

    /// previous: the value before the point's, NaN when it was missing.
    mutating func add(_ point: Trace.Point, previous: Double, prediction: Prediction) {
        if count == 0 { first = point }
        count += 1
        widen(
            lowest: point.value, highest: point.value, lowestMean: point.mean,
            highestMean: point.mean, lower: point.lower, upper: point.upper)
        if !point.value.isNaN, !point.lower.isNaN {
            judged += 1
            if !point.isOutside { inside += 1 }
        }
        addExperts(point, previous: previous, prediction: prediction)
    }

    /// `Double.minimum` and `maximum` leave out a NaN beside a number.
    private mutating func widen(
        lowest: Double, highest: Double, lowestMean: Double, highestMean: Double,
        lower: Double, upper: Double
    ) {
        self.lowest = .minimum(self.lowest, lowest)
        self.highest = .maximum(self.highest, highest)
        self.lowestMean = .minimum(self.lowestMean, lowestMean)
        self.highestMean = .maximum(self.highestMean, highestMean)
        self.lower = .minimum(self.lower, lower)
        self.upper = .maximum(self.upper, upper)
    }

    private mutating func addExperts(
        _ point: Trace.Point, previous: Double, prediction: Prediction
    ) {
        if !prediction.weights.isEmpty {
            weighed += 1
            weightSums.addEach(prediction.weights)
        }
        guard !point.residual.isNaN, !previous.isNaN else { return }
        errors.add(error: -point.residual, change: previous - point.value)
        let value = point.value
        expertSquared.addEach(prediction.experts.lazy.map { ($0 - value) * ($0 - value) })
    }

    /// Takes in the slice that follows.
    mutating func join(_ next: TraceSlice) {
        count += next.count
        widen(
            lowest: next.lowest, highest: next.highest, lowestMean: next.lowestMean,
            highestMean: next.highestMean, lower: next.lower, upper: next.upper)
        errors += next.errors
        inside += next.inside
        judged += next.judged
        expertSquared.addEach(next.expertSquared)
        weightSums.addEach(next.weightSums)
        weighed += next.weighed
    }
}
