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
        var (c, a, f) = (log(1.645), [0.2, 0.2, 0.1], [0.0, 0, 0])
        var (square, recent) = (0.0, 0.0)
        for t in 0..<1000 {
            let (season, change) = (exp(generator.normal()), pow(generator.normal(), 2))
            interval.prepare(seasonalSquare: season, changeSquare: change)
            if t > 0 {
                f = [recent / square, season, change + 0.01].map { log($0) / 2 }
                f = f.map { min(max($0, -2), 2) }
            }
            let sum = zip(a, f).reduce(c) { $0 + $1.0 * $1.1 }
            let expected = exp(sum) * sqrt(square)
            let width = interval.halfWidth(gap: 0)
            try #require(abs(width - expected) <= 1e-9 * expected, "seed \(seed), step \(t)")
            let error = generator.normal() * (t % 100 < 50 ? 1 : 3)
            if t > 0 {
                let surprise = (abs(error) > expected ? 1 : 0) - 0.1
                c = min(max(c + 0.08 * surprise, -7), 7)
                a = zip(a, f).map { min(max($0 + 0.03 * surprise * $1, 0), 1) }
            }
            let clipped = t + 1 > 30 ? min(error * error, 100 * square) : error * error
            square += max(1 / Double(t + 1), 0.005) * (clipped - square)
            recent += max(1 / Double(t + 1), 0.2) * (clipped - recent)
            interval.track(error: error, halfWidth: width)
            interval.add(error: error)
        }
    }

    @Test("it learns which sign tells how large an error will be", arguments: [0, 1, 2])
    func learnsSigns(sign: Int) {
        var generator = SplitMix64(seed: 5)
        var interval = Interval(level: 0.9)
        var (wide, narrow, inside) = (0.0, 0.0, 0)
        for t in 0..<6000 {
            // Errors of .5 or 2: by turns of 50 (the newest errors tell), or told by one square.
            let isLarge = sign == 0 ? t % 100 < 50 : generator.uniform() < 0.5
            let told = isLarge ? 4.0 : 0.25
            interval.prepare(
                seasonalSquare: sign == 1 ? told : 1, changeSquare: sign == 2 ? told : 1)
            let width = interval.halfWidth(gap: 0)
            let error = generator.normal() * (isLarge ? 2 : 0.5)
            if t >= 3000 {
                if isLarge { wide += width } else { narrow += width }
                if abs(error) <= width { inside += 1 }
            }
            interval.track(error: error, halfWidth: width)
            interval.add(error: error)
        }
        #expect(wide > 2 * narrow, "\(wide / narrow)")
        #expect(abs(Double(inside) / 3000 - 0.9) < 0.01)
    }

    @Test(
        "the first factor is the normal quantile",
        arguments: [(0.5, 0.674), (0.9, 1.645), (0.99, 2.576)])
    func quantile(level: Double, factor: Double) {
        var interval = Interval(level: level)
        interval.add(error: 2)
        #expect(abs(interval.halfWidth(gap: 0) - 2 * factor) < 1e-12)
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
