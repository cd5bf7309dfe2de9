import Forecasting
import Glibc
import TestSupport
import Testing

/// Lasting changes: noticed, counted, and not seen where there are none.
@Suite("Drift")
struct DriftTests {
    private static let all: ModelConfiguration = {
        var configuration = ModelConfiguration()
        configuration.experts = Set(Expert.allCases)
        return configuration
    }()

    /// Noise .3 on a sine of period 50; from sample 1,000 on with another noise or period.
    private func series(
        _ count: Int, seed: UInt64, noise: Double = 0.3, period: Double = 50
    ) -> [Double] {
        var generator = SplitMix64(seed: seed)
        var phase = 0.0
        return (0..<count).map { t in
            phase += 2 * .pi / (t < 1000 ? 50 : period)
            return sin(phase) + (t < 1000 ? 0.3 : noise) * generator.normal()
        }
    }

    private func drifts(_ series: [Double]) throws -> [UInt64] {
        let counts = try Run(series, Self.all).counters.drifts
        #expect(counts.total == Drift.allCases.reduce(0) { $0 + counts[$1] })
        return [counts[.level], counts[.spread], counts[.period]]
    }

    @Test("a steady series has none", arguments: [1, 2, 3] as [UInt64])
    func none(seed: UInt64) throws {
        #expect(try drifts(series(3000, seed: seed)) == [0, 0, 0])
    }

    @Test("noise of five times the spread is one, within 50 samples", arguments: [1.5, 0.06])
    func spread(noise: Double) throws {
        let series = series(1300, seed: 4, noise: noise)
        #expect(try drifts(series) == [0, 1, 0])
        #expect(try drifts(Array(series[..<1060])) == [0, 1, 0])
        #expect(try drifts(Array(series[..<1005])) == [0, 0, 0])
    }

    @Test("a new period is one, within 500 samples", arguments: [1, 2] as [UInt64])
    func period(seed: UInt64) throws {
        #expect(try drifts(series(1500, seed: seed, period: 70)) == [0, 0, 1])
        var feed = Feed(Self.all)
        for value in series(1600, seed: seed, period: 70) { try feed.send(value) }
        #expect((67...73).contains(feed.channel().season.period))
        #expect(feed.channel().drifts[.period] == 1)
    }

    @Test("a jump that stays is one, a spike is none")
    func level() throws {
        var jump = series(1200, seed: 5)
        for index in 1000..<1200 { jump[index] += 8 }
        #expect(try drifts(jump) == [1, 0, 0])
        var spike = series(1200, seed: 5)
        spike[1000] += 8
        #expect(try drifts(spike) == [0, 0, 0])
    }

    @Test("a constant series, and one without an error, have none")
    func silent() throws {
        #expect(try drifts([Double](repeating: 3, count: 1500)) == [0, 0, 0])
    }
}
