import Forecasting
import Glibc
import Series
import TestSupport
import Testing

@Suite("Paths of odd series")
struct PathRobustnessTests {
    private static let second: Int64 = 1_000_000_000
    private static let hour = 3600 * second

    private static func feed(horizon: Int, period: Int? = nil) -> Feed {
        var configuration = ModelConfiguration()
        configuration.horizon = horizon
        configuration.period = period
        return Feed(configuration)
    }

    /// Squared errors of the forecasts `ahead` values before, relative to persistence.
    private static func relativeSquare(
        _ series: [Double], ahead: Int, interval: Int64, from start: Int
    ) throws -> Double {
        var feed = feed(horizon: ahead)
        var (squares, persistence) = (0.0, 0.0)
        for (t, value) in series.enumerated() {
            let forecast = try #require(try feed.send(value, time: Int64(t) * interval))
            guard t >= start, t + ahead < series.count else { continue }
            let truth = series[t + ahead]
            squares += pow(truth - forecast.path[ahead - 1].mean, 2)
            persistence += pow(truth - value, 2)
        }
        return squares / persistence
    }

    @Test("a way of many steps is followed as far as it goes")
    func farAhead() throws {
        var generator = SplitMix64(seed: 1)
        let ramp = (0..<3000).map { Double($0) + 0.1 * generator.normal() }
        let climbed = try Self.relativeSquare(
            ramp, ahead: 60, interval: 60 * Self.second, from: 2000)
        #expect(climbed < 0.02, "\(climbed)")
        let sine = (0..<1500).map {
            sin(2 * .pi * Double($0) / 288) + 0.0005 * generator.normal()
        }
        let turned = try Self.relativeSquare(
            sine, ahead: 144, interval: 300 * Self.second, from: 1000)
        #expect(turned < 0.02, "\(turned)")
    }

    private static func numbers(_ feed: borrowing Feed, _ part: String) throws -> [UInt64] {
        try #require(NumberWalk(feed.channel()).numbers["path.\(part)"])
    }

    @Test("times that are not quite regular begin a season once", arguments: [1, 2, 3])
    func jitter(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let day = (0..<24).map { _ in generator.normal() }
        var feed = Self.feed(horizon: 3)
        var known = 0
        for t in 0..<280 {
            let late = Int64(5 * Double(Self.second) * generator.normal())
            let value = day[t % 24] + 0.1 * generator.normal()
            try feed.send(value, time: Int64(t) * Self.hour + late)
            guard t >= 20 else { continue }
            #expect(try Self.numbers(feed, "seasonal.season.period") == [24])
            // What another season would have wiped.
            let errors = try Self.numbers(feed, "seasonal.errors").count { $0 != 0 }
            try #require(errors >= known, "at \(t)")
            known = errors
        }
        #expect(known > 400)
    }

    @Test("a value like no other neither spoils the state nor what is learned of the season")
    func enormous() throws {
        var feed = Self.feed(horizon: 2, period: 24)
        try feed.send(1e149)
        for _ in 0..<60 { try feed.send(0) }
        var other = Self.feed(horizon: 2, period: 24)
        #expect(try other.restore(try feed.snapshot()) == .exact(StreamIndex(position: 0)))
        for value in noisySine(200, seed: 2) { try feed.send(value) }
        try feed.send(-1e149)
        for value in noisySine(200, seed: 3) { try feed.send(value) }
        try other.restore(try feed.snapshot())
    }

    @Test("a start that is repaired is no error of the path")
    func coldStart() throws {
        var feed = Self.feed(horizon: 4)
        try feed.send(1e6)
        for value in noisySine(60, seed: 4) { try feed.send(value) }
        for step in feed.forecast.path { #expect(step.upper - step.lower < 20) }
    }

    @Test("what was forecast before a restart of the clock is not scored")
    func restart() throws {
        var feed = Self.feed(horizon: 4)
        let series = noisySine(200, seed: 5)
        for t in 0..<100 { try feed.send(series[t], time: Int64(1000 + t) * Self.hour) }
        var count = try Self.numbers(feed, "scales[1].count")
        for t in 0..<40 where feed.forecaster.counters.clockRestarts == 0 {
            count = try Self.numbers(feed, "scales[1].count")
            try feed.send(series[100 + t], time: Int64(t) * Self.hour)
        }
        #expect(feed.forecaster.counters.clockRestarts == 1)
        #expect(try Self.numbers(feed, "scales[1].count") == count)
    }

    @Test("what was forecast from values that were others is not scored")
    func levelShift() throws {
        var feed = Self.feed(horizon: 4)
        var series = noisySine(320, seed: 6)
        for t in 300..<320 { series[t] += 50 }
        var counts: [UInt64] = []
        for (t, value) in series.enumerated() {
            try feed.send(value, time: Int64(t) * Self.hour)
            if t >= 298 { counts += try Self.numbers(feed, "scales[1].count") }
        }
        // Two suspects and the third that shows what they were; its path is the first that counts.
        #expect(counts[1] == counts[0] + 1)
        #expect(counts[2] == counts[1] && counts[5] == counts[1])
        #expect(counts[6] == counts[5] + 1)
    }
}
