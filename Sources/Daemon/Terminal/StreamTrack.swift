package import Evaluation
package import Series

/// What a watcher remembers of one channel of a stream: its newest points, and how good the
/// forecasts have been.
package struct StreamTrack: Sendable {
    /// A sample and the forecast that had been made for it; NaN where there is none.
    package struct Point: Equatable, Sendable {
        package var value: Double
        package var mean: Double
        package var lower: Double
        package var upper: Double

        package init(
            value: Double, mean: Double = .nan, lower: Double = .nan, upper: Double = .nan
        ) {
            self.value = value
            self.mean = mean
            self.lower = lower
            self.upper = upper
        }

        /// Whether the value lies outside of the interval it was given.
        package var isOutside: Bool { value < lower || value > upper }
    }

    /// Points kept, as many as the widest chart shows.
    static let points = 1_024
    /// Samples that the recent scores are of.
    package static let recent = 200

    package let name: String
    package let unit: String
    /// The newest ones, oldest first.
    package private(set) var points: [Point] = []
    /// The forecast of the sample to come.
    package private(set) var next: Point?
    package private(set) var status = Forecast.Status.warming
    package private(set) var level = 0.9
    /// Forecasts received, and those that were published but never came.
    package private(set) var forecasts = 0
    package private(set) var lost: UInt64 = 0
    /// Over every judged sample since the start.
    package private(set) var errors = ErrorSums()
    private var insideCount = 0
    private var lastSequence: UInt64?
    private var lastValue = Double.nan
    /// Error and change of the newest judged samples.
    private var recentErrors: [(error: Double, change: Double)] = []

    package init(name: String, unit: String = "") {
        self.name = name
        self.unit = unit
    }

    /// Takes in a forecast; one that came already (from a last-value cache) changes nothing.
    package mutating func add(_ forecast: Forecast, channel: Int) {
        let numbers = forecast.channels[channel]
        if let last = lastSequence, forecast.sequence > last {
            lost += forecast.sequence - last - 1
            // Without the forecast between them two samples cannot be judged together.
            if forecast.sequence > last + 1 { forget() }
        } else if lastSequence == forecast.sequence {
            return
        } else if lastSequence != nil {
            // The daemon has started anew.
            forget()
        }
        lastSequence = forecast.sequence
        forecasts += 1
        status = forecast.status
        level = forecast.level
        var point = next ?? Point(value: .nan)
        // TSB1 has no value, but its forecast and how far that was off.
        point.value = numbers.value.isNaN ? point.mean + numbers.residual : numbers.value
        judge(point)
        append(point)
        if point.value.isFinite { lastValue = point.value }
        next =
            numbers.mean.isFinite
            ? Point(
                value: .nan, mean: numbers.mean, lower: numbers.lower, upper: numbers.upper)
            : nil
    }

    /// The newest value that is not missing.
    package var value: Double { lastValue }

    /// Errors of the newest `recent` samples.
    package var recentSums: ErrorSums {
        recentErrors.reduce(into: ErrorSums()) { $0.add(error: $1.error, change: $1.change) }
    }

    /// Share of the values that lay inside their interval, 0…1; NaN before the first.
    package var coverage: Double { Double(insideCount) / Double(errors.count) }

    private mutating func forget() {
        next = nil
        lastValue = .nan
    }

    private mutating func judge(_ point: Point) {
        guard point.value.isFinite, point.mean.isFinite, lastValue.isFinite else { return }
        let error = point.mean - point.value
        let change = lastValue - point.value
        errors.add(error: error, change: change)
        if !point.isOutside { insideCount += 1 }
        if recentErrors.count == Self.recent { recentErrors.removeFirst() }
        recentErrors.append((error, change))
    }

    private mutating func append(_ point: Point) {
        // Makes room for many at once, so that appending stays cheap.
        if points.count == 2 * Self.points { points.removeFirst(Self.points) }
        points.append(point)
    }
}
