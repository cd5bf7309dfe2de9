/// The scores of one series of forecasts, each made before its sample was seen (Dawid 1984: the
/// prequential principle). The definitions are those of `shared/bench/accuracy.py`:
///
/// - errors count where the sample and the one before it are present, and are compared with those
///   of persistence on the same samples;
/// - the first 500 are the samples 1…499, the last three quarters those from n / 4 on;
/// - intervals count from sample 30 on, where the sample is present.
package struct PrequentialScore: Sendable {
    package private(set) var samples = 0
    /// Samples without a value.
    package private(set) var missing = 0
    package var values: Int { samples - missing }
    package private(set) var level = 0.9
    package private(set) var all = ErrorSums()
    package private(set) var first = ErrorSums()
    package private(set) var interval = IntervalScore()
    package private(set) var calibration: Calibration?
    /// Σ(ŷ_k − y)² of each expert, over the samples of `all`.
    private var expertSquared: [Double] = []
    private var later: LaterScore
    private var previous = Double.nan

    /// Samples of the first part, and samples before intervals count.
    package static let (firstCount, intervalStart) = (500, 30)

    /// laterCapacity: see `LaterScore`.
    package init(laterCapacity: Int) {
        later = LaterScore(capacity: laterCapacity)
    }

    /// The next sample, NaN when missing, and what had been forecast for it.
    package mutating func add(value: Double, prediction: Prediction) {
        let index = samples
        samples += 1
        if value.isNaN { missing += 1 }
        if index > 0 { addError(value: value, prediction: prediction, index: index) }
        if index >= Self.intervalStart { addInterval(value: value, prediction: prediction) }
        previous = value
    }

    private mutating func addError(value: Double, prediction: Prediction, index: Int) {
        let error = prediction.mean - value
        let change = previous - value
        guard !error.isNaN, !change.isNaN else { return }
        all.add(error: error, change: change)
        if index < Self.firstCount { first.add(error: error, change: change) }
        later.add(index: index, error: error, change: change)
        expertSquared.addEach(prediction.experts.lazy.map { ($0 - value) * ($0 - value) })
    }

    private mutating func addInterval(value: Double, prediction: Prediction) {
        guard !value.isNaN, !prediction.lower.isNaN else { return }
        level = prediction.level
        interval.add(
            value: value, lower: prediction.lower, upper: prediction.upper, level: level)
        if calibration == nil { calibration = Calibration(level: level) }
        calibration?.add(value: value, lower: prediction.lower, upper: prediction.upper)
    }

    /// Squared error relative to persistence over the last three quarters; NaN when it never moved.
    package var relativeSquaredLast75: Double { later.relativeSquared(samples: samples) }

    /// Each expert's squared error relative to persistence; NaN when the series never moved.
    package var relativeSquaredOfExperts: [Double] {
        expertSquared.map { ErrorSums.ratio($0, all.persistenceSquared) }
    }
}

extension [Double] {
    /// Adds element by element; missing ones count as 0, so that sums start empty.
    mutating func addEach(_ other: some Sequence<Double>) {
        for (index, value) in other.enumerated() {
            if index == count { append(0) }
            self[index] += value
        }
    }
}
