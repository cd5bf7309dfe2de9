/// What is published for one sample: the forecast of the sample after it, and how the forecast
/// made for this sample turned out.
package struct Forecast: Equatable, Sendable {
    /// Where the sample's time came from.
    package enum TimeSource: UInt8, Sendable { case message, arrival }

    /// How far the stream's model can be trusted.
    package enum Status: UInt8, Sendable, CaseIterable {
        /// Too few samples so far for more than scales and first steps of learning.
        case warming
        case ok
        /// The newest values are missing or stuck: the forecast runs on forecasts.
        case stale
        /// Learning diverged and was set back to its last good weights.
        case recovering
    }

    /// One channel's numbers. NaN where the message has null.
    package struct Channel: Equatable, Sendable {
        /// The sample itself; NaN when missing.
        package var value: Double = .nan
        /// The forecast of the next sample and its interval.
        package var mean: Double = .nan
        package var lower: Double = .nan
        package var upper: Double = .nan
        /// `value` minus the forecast that was published for it.
        package var residual: Double = .nan
        /// |residual| divided by half the width of the interval it was given: over 1 is outside.
        package var anomalyScore: Double = .nan
        /// Running mean absolute error of the published forecasts, in units of the series.
        package var meanAbsoluteError: Double = .nan
        /// The same divided by that of persistence (repeating the last value).
        package var scaledError: Double = .nan

        package init() {}
    }

    /// A value to come, and its interval. NaN where the message has null.
    package struct Step: Equatable, Sendable {
        package var mean: Double = .nan
        package var lower: Double = .nan
        package var upper: Double = .nan

        package init() {}
    }

    /// The stream's name as UTF-8.
    package var name: [UInt8] = []
    /// Counts the stream's samples from 1.
    package var sequence: UInt64 = 0
    /// Time of the sample, and the time expected of the next one; nil until a step is known.
    /// Nanoseconds since 1970 UTC.
    package var time: Int64 = 0
    package var nextTime: Int64?
    package var timeSource = TimeSource.message
    package var status = Status.warming
    /// Share of samples that the interval is to hold, 0…1.
    package var level: Double = 0.9
    package var channels: [Channel] = []
    /// With a horizon beyond the next value: [channels, horizon], the next value first. Else empty.
    package var path: [Step] = []
    /// UTF-8 names of the channels, empty when the feed gave none.
    package var channelNames: [[UInt8]] = []

    package init() {}

    /// Values ahead that are forecast.
    package var horizon: Int { path.isEmpty ? 1 : path.count / channels.count }
}
