import Forecasting
import Glibc
import TestSupport
import Testing

@Suite("Interval")
struct IntervalTests {
    @Test("the band follows its equations", arguments: [1, 2] as [UInt64])
    func followsEquations(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var interval = Interval(level: 0.9)
        var (c, sigma) = (1.645, 0.0)
        for t in 0..<1000 {
            let width = interval.halfWidth(gap: 0)
            try #require(abs(width - c * sigma) <= 1e-12 * c, "seed \(seed), step \(t)")
            let error = generator.normal()
            if t > 0 {
                c += 0.05 * max(c, 0.05) * ((abs(error) > c * sigma ? 1 : 0) - 0.1)
                c = min(max(c, 1e-3), 1e3)
            }
            let a = max(1 / Double(t + 1), 0.01)
            let square = t + 1 > 30 ? min(error * error, 100 * sigma * sigma) : error * error
            sigma = sqrt(sigma * sigma + a * (square - sigma * sigma))
            interval.track(error: error, halfWidth: width)
            interval.add(error: error)
        }
    }

    @Test(
        "the first factor is the normal quantile",
        arguments: [(0.5, 0.674), (0.9, 1.645), (0.99, 2.576)])
    func quantile(level: Double, factor: Double) {
        #expect(Interval(level: level).factor == factor)
    }

    @Test("it covers its share of stationary noise at any level", arguments: [0.5, 0.8, 0.9, 0.95])
    func covers(level: Double) {
        var generator = SplitMix64(seed: 11)
        var interval = Interval(level: level)
        var inside = 0
        for t in 0..<6000 {
            let error = generator.normal()
            let width = interval.halfWidth(gap: 0)
            if t >= 1000, abs(error) <= width { inside += 1 }
            interval.track(error: error, halfWidth: width)
            interval.add(error: error)
        }
        #expect(abs(Double(inside) / 5000 - level) < 0.02)
    }

    @Test("a gap widens the band by the root of its steps")
    func widens() {
        var interval = Interval(level: 0.9)
        interval.add(error: 2)
        #expect(abs(interval.halfWidth(gap: 0) - 3.29) < 1e-12)
        #expect(abs(interval.halfWidth(gap: 8) - 9.87) < 1e-12)
        #expect(interval.halfWidth(gap: 1000) == interval.halfWidth(gap: 100))
    }
}
