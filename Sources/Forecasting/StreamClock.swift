/// A stream's time: which sample is the newest, how far apart samples are, when the next is due.
///
/// Samples without a time of their own are always the next one; their arrival only tells when the
/// one after is to be expected. All times in nanoseconds since 1970 UTC.
package struct StreamClock: Sendable {
    /// How a sample stands to the newest one.
    package enum Arrival: Equatable, Sendable {
        /// It is the next one, after `missing` others that never came.
        case next(missing: Int)
        /// It has the newest one's time.
        case duplicate
        /// It is older than the newest one.
        case late
        /// It is the next one of a feed whose clock has gone back for good: a history sent again,
        /// or one time far in the future before it.
        case restart

        package var isNext: Bool {
            switch self {
            case .next, .restart: true
            case .duplicate, .late: false
            }
        }
    }

    package internal(set) var step = TimeStep()
    /// Of the samples with a time of their own.
    var newest: Int64?
    /// Of any sample: its own time, else its arrival.
    var last: Int64?
    var lateRun = LateRun()

    package init() {}

    /// When the sample after the newest one is due; nil until a step is known.
    package var nextTime: Int64? {
        guard let last, let nanoseconds = step.nanoseconds else { return nil }
        let (next, overflow) = last.addingReportingOverflow(nanoseconds)
        return overflow ? nil : next
    }

    package mutating func observe(_ time: Int64?, arrivalTime: Int64) -> Arrival {
        guard let time else {
            // Arrivals of a feed that otherwise has times of its own are on another clock.
            if newest == nil {
                if let last, arrivalTime > last { _ = step.observe(distance(last, arrivalTime)) }
                last = max(last ?? arrivalTime, arrivalTime)
            }
            return .next(missing: 0)
        }
        var missing = 0
        if let newest {
            if time == newest { return .duplicate }
            if time < newest { return late(time) }
            missing = step.observe(distance(newest, time))
        } else {
            step = TimeStep()
        }
        accept(time)
        return .next(missing: missing)
    }

    private mutating func late(_ time: Int64) -> Arrival {
        guard lateRun.observe(time) else { return .late }
        step = TimeStep()
        accept(time)
        return .restart
    }

    private mutating func accept(_ time: Int64) {
        (newest, last) = (time, time)
        lateRun.end()
    }

    private func distance(_ from: Int64, _ to: Int64) -> Int64 {
        let (distance, overflow) = to.subtractingReportingOverflow(from)
        return overflow ? .max : distance
    }
}
