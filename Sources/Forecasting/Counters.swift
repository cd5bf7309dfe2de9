/// What the forecaster has counted since it was made. The names follow the metrics of the daemon.
package struct Counters: Equatable, Sendable {
    /// Samples offered, whatever became of them.
    package var samples: UInt64 = 0
    /// Samples of which at least one channel was missing.
    package var missing: UInt64 = 0
    /// Forecasts filled.
    package var forecasts: UInt64 = 0
    /// Samples with the time of the stream's newest one: answered, not learned.
    package var duplicates: UInt64 = 0
    /// Samples older than the stream's newest one: answered, not learned.
    package var late: UInt64 = 0
    /// Gaps in time, and the steps that were bridged with forecasts.
    package var gaps: UInt64 = 0
    package var bridgedSteps: UInt64 = 0
    /// Times that a stream's clock went back for good, after 16 late samples in order.
    package var clockRestarts: UInt64 = 0
    /// Gaps longer than the window, after which the window starts anew.
    package var windowRestarts: UInt64 = 0
    /// Values set aside as suspected outliers, and values ignored because the sensor is stuck.
    package var suspects: UInt64 = 0
    package var stuck: UInt64 = 0
    /// Values outside of the range that is set for their stream: missing.
    package var outOfRange: UInt64 = 0
    /// Lasting changes of series.
    package var drifts = DriftCounts()
    /// Updates of a net, and those left out because too few targets of the window were known.
    package var updates: UInt64 = 0
    package var updatesSkipped: UInt64 = 0
    /// Nets that were set back to their last good weights.
    package var recoveries: UInt64 = 0
    /// Values of channels that the stream does not have.
    package var unknownChannels: UInt64 = 0
    /// Exogenous inputs that their stream does not have.
    package var unknownInputs: UInt64 = 0
    /// Samples that got no forecast, by `Rejection.rawValue`.
    package var rejected = [UInt64](repeating: 0, count: Rejection.allCases.count)

    /// New streams, by `WarmStart.Beginning.rawValue`.
    package var begun = [UInt64](repeating: 0, count: WarmStart.Beginning.allCases.count)

    /// Streams that left memory, by `Forecaster.Eviction.rawValue`.
    package var evicted = [UInt64](repeating: 0, count: Forecaster.Eviction.allCases.count)

    package init() {}

    /// Samples that were answered, but were no step of their stream.
    package var outOfOrder: UInt64 { duplicates + late }

    package subscript(_ beginning: WarmStart.Beginning) -> UInt64 {
        get { begun[Int(beginning.rawValue)] }
        set { begun[Int(beginning.rawValue)] = newValue }
    }

    package subscript(_ reason: Forecaster.Eviction) -> UInt64 {
        get { evicted[Int(reason.rawValue)] }
        set { evicted[Int(reason.rawValue)] = newValue }
    }

    package subscript(_ reason: Rejection) -> UInt64 {
        get { rejected[Int(reason.rawValue)] }
        set { rejected[Int(reason.rawValue)] = newValue }
    }

    /// Adds what others have counted.
    package mutating func add(_ other: Counters) {
        samples += other.samples
        missing += other.missing
        forecasts += other.forecasts
        duplicates += other.duplicates
        late += other.late
        gaps += other.gaps
        bridgedSteps += other.bridgedSteps
        clockRestarts += other.clockRestarts
        windowRestarts += other.windowRestarts
        suspects += other.suspects
        stuck += other.stuck
        outOfRange += other.outOfRange
        drifts.add(other.drifts)
        updates += other.updates
        updatesSkipped += other.updatesSkipped
        recoveries += other.recoveries
        unknownChannels += other.unknownChannels
        unknownInputs += other.unknownInputs
        for index in rejected.indices { rejected[index] += other.rejected[index] }
        for index in begun.indices { begun[index] += other.begun[index] }
        for index in evicted.indices { evicted[index] += other.evicted[index] }
    }
}
