import Forecasting
import Series
import TestSupport
import Testing

@Suite("Paths with a season")
struct SeasonalPathTests {
    private static let hour: Int64 = 3_600_000_000_000

    private static func configuration(horizon: Int) -> ModelConfiguration {
        var configuration = ModelConfiguration()
        configuration.horizon = horizon
        return configuration
    }

    /// A day that no smooth curve is: `length` numbers around 0, of deviation 1.
    private static func profile(_ length: Int, _ generator: inout SplitMix64) -> [Double] {
        (0..<length).map { _ in generator.normal() }
    }

    /// By sample what was forecast `ahead` values before, NaN where nothing was.
    private static func forecasts(
        _ series: [Double], ahead: Int, interval: Int64?, period: Int? = nil
    ) throws -> [Double] {
        var configuration = configuration(horizon: ahead)
        configuration.period = period
        var feed = Feed(configuration)
        var forecasts = [Double](repeating: .nan, count: series.count + ahead)
        for (index, value) in series.enumerated() {
            let time = interval.map { Int64(index) * $0 }
            let forecast = try #require(try feed.send(value, time: time))
            forecasts[index + ahead] = forecast.path[ahead - 1].mean
        }
        return forecasts
    }

    /// Mean squared errors of the forecasts and of persistence over a part.
    private static func errors(
        _ series: [Double], _ forecasts: [Double], ahead: Int, in part: Range<Int>
    ) -> (forecasts: Double, persistence: Double) {
        var sums = (0.0, 0.0)
        for t in part {
            sums.0 += (series[t] - forecasts[t]) * (series[t] - forecasts[t])
            sums.1 += (series[t] - series[t - ahead]) * (series[t] - series[t - ahead])
        }
        return (sums.0 / Double(part.count), sums.1 / Double(part.count))
    }

    @Test("times tell days before values do", arguments: [1, 2, 3] as [UInt64])
    func secondDay(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let day = Self.profile(48, &generator)
        let series = (0..<97).map { day[$0 % 48] + 0.1 * generator.normal() }
        let part = 72..<96
        let known = Self.errors(
            series, try Self.forecasts(series, ahead: 6, interval: Self.hour / 2), ahead: 6,
            in: part)
        #expect(known.forecasts < 0.3 * known.persistence)
        // 48 samples are no part of a day when they are a second apart.
        let unknown = Self.errors(
            series, try Self.forecasts(series, ahead: 6, interval: 1_000_000_000), ahead: 6,
            in: part)
        #expect(unknown.forecasts > 2 * known.forecasts)
    }

    @Test("times tell weeks too: what a Sunday is like is known on the second one")
    func week() throws {
        var generator = SplitMix64(seed: 4)
        let week = Self.profile(168, &generator)
        let series = (0..<336).map { week[$0 % 168] + 0.1 * generator.normal() }
        let forecasts = try Self.forecasts(series, ahead: 6, interval: Self.hour)
        let errors = Self.errors(series, forecasts, ahead: 6, in: 200..<330)
        #expect(errors.forecasts < 0.3 * errors.persistence)
    }

    @Test("an interval that is nearly right is one, a season that is set counts before it")
    func intervals() throws {
        var generator = SplitMix64(seed: 5)
        let day = Self.profile(24, &generator)
        let series = (0..<73).map { day[$0 % 24] + 0.1 * generator.normal() }
        func error(interval: Int64?, period: Int? = nil) throws -> Double {
            let forecasts = try Self.forecasts(
                series, ahead: 3, interval: interval, period: period)
            return Self.errors(series, forecasts, ahead: 3, in: 32..<48).forecasts
        }
        let exact = try error(interval: Self.hour)
        #expect(try error(interval: Self.hour + 2_000_000_000) == exact)
        #expect(try error(interval: Self.hour * 21 / 20) > 2 * exact)
        #expect(try error(interval: Self.hour, period: 17) > 2 * exact)
        #expect(try error(interval: Self.hour * 21 / 20, period: 24) < 2 * exact)
    }

    @Test("what lasts at one time of the day and is over at another is learned apart")
    func slots() throws {
        // What is off the usual day lasts by day, by night it turns around.
        var generator = SplitMix64(seed: 6)
        let day = Self.profile(24, &generator)
        var (off, series) = (0.0, [Double]())
        for t in 0..<4000 {
            off = (t % 24 == 18 ? -1 : 0.98) * off + 0.2 * generator.normal()
            series.append(day[t % 24] + off)
        }
        let forecasts = try Self.forecasts(series, ahead: 6, interval: Self.hour)
        // One regression for all hours makes .48 of it.
        let errors = Self.errors(series, forecasts, ahead: 6, in: 2000..<4000)
        #expect(errors.forecasts < 0.45, "\(errors)")
    }

    @Test("what is carried along of a suspect is carried along the whole path")
    func suspect() throws {
        var generator = SplitMix64(seed: 7)
        var feed = Feed(Self.configuration(horizon: 6))
        for t in 0..<600 {
            let value = Double(t % 24 < 12 ? 1 : -1) + 0.1 * generator.normal()
            try feed.send(value, time: Int64(t) * Self.hour)
        }
        let forecast = try #require(try feed.send(100, time: 600 * Self.hour))
        let path = forecast.path
        try #require(path[0].mean > 10, "\(path[0].mean)")
        for step in path { #expect(abs(step.mean - path[0].mean) < 5) }
    }

    @Test("a longer horizon goes on with what was learned of the shorter one")
    func longer() throws {
        var feed = Feed(Self.configuration(horizon: 4))
        for (index, value) in noisySine(300, seed: 8).enumerated() {
            try feed.send(value, time: Int64(index) * Self.hour)
        }
        var other = Feed(Self.configuration(horizon: 7))
        try other.restore(try feed.snapshot())
        let old = NumberWalk(feed.channel()).numbers
        let new = NumberWalk(other.channel()).numbers
        for part in ["season.period", "mixtures[2].regret", "mixtures[0].weights"] {
            let path = "path.seasonal.\(part)"
            let expected = try #require(old[path])
            #expect(new[path] == expected, "\(part)")
        }
        for part in ["errors", "regressions.numbers"] {
            let path = "path.seasonal.\(part)"
            let (old, new) = (try #require(old[path]), try #require(new[path]))
            #expect(new.count == 2 * old.count)
            #expect(Array(new.prefix(old.count)) == old)
            #expect(Set(old).count > 100)
        }
    }
}
