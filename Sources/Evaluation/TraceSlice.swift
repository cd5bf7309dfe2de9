/// A stretch of a run in constant memory: extremes that decimation must not lose, and sums.
package struct TraceSlice: Sendable {
    package private(set) var first = Trace.Point()
    package private(set) var count = 0
    /// Extremes of the values, and of the intervals; NaN without any.
    package private(set) var lowest = Double.nan
    package private(set) var highest = Double.nan
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
    private var meanSum = 0.0
    private var meanCount = 0

    /// The mean forecast; NaN without any.
    package var mean: Double { meanCount > 0 ? meanSum / Double(meanCount) : .nan }

    /// The share of samples inside their interval; NaN without any.
    package var coverage: Double { judged > 0 ? Double(inside) / Double(judged) : .nan }

    /// Each expert's mean weight; 0 before there was any.
    package var weights: [Double] { weightSums.map { weighed > 0 ? $0 / Double(weighed) : 0 } }

    /// `Double.minimum` and `maximum` leave out a NaN beside a number.
    ///
    /// previous: the value before the point's, NaN when it was missing.
    mutating func add(_ point: Trace.Point, previous: Double, prediction: Prediction) {
        if count == 0 { first = point }
        count += 1
        (lowest, highest) = (
            Double.minimum(lowest, point.value), Double.maximum(highest, point.value)
        )
        (lower, upper) = (Double.minimum(lower, point.lower), Double.maximum(upper, point.upper))
        if !point.mean.isNaN {
            meanSum += point.mean
            meanCount += 1
        }
        if !point.value.isNaN, !point.lower.isNaN {
            judged += 1
            if !point.isOutside { inside += 1 }
        }
        addExperts(point, previous: previous, prediction: prediction)
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
        (lowest, highest) = (
            Double.minimum(lowest, next.lowest), Double.maximum(highest, next.highest)
        )
        (lower, upper) = (Double.minimum(lower, next.lower), Double.maximum(upper, next.upper))
        errors += next.errors
        inside += next.inside
        judged += next.judged
        expertSquared.addEach(next.expertSquared)
        weightSums.addEach(next.weightSums)
        weighed += next.weighed
        meanSum += next.meanSum
        meanCount += next.meanCount
    }
}
