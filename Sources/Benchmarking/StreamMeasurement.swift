import Daemon
import Forecasting
import Glibc

/// What a sample of a whole stream costs, forecast and learning, and what a stream takes.
package struct StreamMeasurement: Sendable {
    /// Of one stream that is fed all the time.
    package let microseconds: Double
    /// Of these, until the forecast is there, and for what is learned after it.
    package let forecastMicroseconds: Double
    package let learningMicroseconds: Double
    /// The longest that one sample took.
    package let longestMicroseconds: Double
    /// As `foretide check` and `limits.memory` count it.
    package let bytes: Int

    /// Many streams, one sample of each in turn.
    package struct InTurn: Sendable {
        package let streams: Int
        package let microseconds: Double
        /// What the process grew by for each of them.
        package let residentBytes: Int
    }
    package let inTurn: InTurn

    init(
        _ rules: [ModelRule], isQuick: Bool, progress: (String) -> Void
    ) throws(StateError) {
        progress("one stream")
        bytes = Forecaster.bytes(of: (rules.last ?? ModelRule()).configuration)
        var feed = StreamFeed(rules, streams: 1)
        feed.run(0, samples: StreamFeed.age)
        let blocks = isQuick ? 5 : 200
        microseconds = Self.block(&feed, blocks)
        (forecastMicroseconds, learningMicroseconds, longestMicroseconds) = Self.parts(
            &feed, blocks)
        inTurn = try Self.inTurn(rules, isQuick: isQuick, progress: progress)
    }

    /// Microseconds a sample: the median of blocks that hold one search for the season each.
    private static func block(_ feed: inout StreamFeed, _ blocks: Int) -> Double {
        var times: [Double] = []
        for _ in 0..<blocks {
            let start = SystemClock.threadTime()
            feed.run(0, samples: StreamFeed.ages)
            times.append(microseconds(since: start) / Double(StreamFeed.ages))
        }
        return times.median
    }

    /// The same, divided: the means, less what reading the clock takes.
    private static func parts(
        _ feed: inout StreamFeed, _ blocks: Int
    ) -> (forecast: Double, learning: Double, longest: Double) {
        var forecasts: [Double] = []
        var learnings: [Double] = []
        var longest = 0.0
        let reading = clockReading()
        for _ in 0..<blocks {
            var (forecast, learning) = (0.0, 0.0)
            for _ in 0..<StreamFeed.ages {
                let start = SystemClock.threadTime()
                let due = feed.observe(0)
                let observed = SystemClock.threadTime()
                if let due { feed.train(due) }
                let end = SystemClock.threadTime()
                forecast += Double(observed - start) - reading
                learning += Double(end - observed) - reading
                longest = max(longest, Double(end - start) - 2 * reading)
            }
            forecasts.append(forecast)
            learnings.append(learning)
        }
        let scale = 1e-3 / Double(StreamFeed.ages)
        return (forecasts.median * scale, learnings.median * scale, longest * 1e-3)
    }

    /// Nanoseconds between two readings of the thread's clock.
    private static func clockReading() -> Double {
        var times: [Double] = []
        for _ in 0..<1_000 {
            let start = SystemClock.threadTime()
            times.append(Double(SystemClock.threadTime() - start))
        }
        return times.median
    }

    /// As old as the one stream above, so that the two compare.
    private static func inTurn(
        _ rules: [ModelRule], isQuick: Bool, progress: (String) -> Void
    ) throws(StateError) -> InTurn {
        let streams = isQuick ? 1_000 : 10_000
        progress("\(streams) streams in turn")
        let before = ProcessMemory.residentBytes
        var feed = StreamFeed(rules, streams: streams)
        feed.run(0, samples: StreamFeed.age)
        try feed.copyFirst()
        let resident = (ProcessMemory.residentBytes - before) / streams
        var times: [Double] = []
        for _ in 0..<(isQuick ? 3 : 40) {
            let start = SystemClock.threadTime()
            feed.runInTurn()
            times.append(microseconds(since: start) / Double(streams))
        }
        return InTurn(streams: streams, microseconds: times.median, residentBytes: resident)
    }

    private static func microseconds(since start: Int64) -> Double {
        Double(SystemClock.threadTime() - start) / 1_000
    }
}
