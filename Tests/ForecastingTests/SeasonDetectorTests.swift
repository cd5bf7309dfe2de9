import Forecasting
import Glibc
import TestSupport
import Testing

@Suite("SeasonDetector")
struct SeasonDetectorTests {
    private func season(of series: [Double], period: Int? = nil) -> Season {
        var history = History()
        for value in series { history.append(value) }
        var detector = SeasonDetector()
        return detector.detect(
            history, period: period, seasons: SeasonDetector.isYoung(history) ? 2 : 3)
    }

    @Test(
        "a sine's period is found, or a multiple of it, in any unit",
        arguments: [9, 24, 50, 77, 300], [1, 1e-150, 1e148, 1e-300])
    func sine(period: Int, unit: Double) {
        var random = SplitMix64(seed: 1)
        let series = (0..<2000).map {
            unit * (3 + sin(2 * .pi * Double($0) / Double(period)) + 0.1 * random.normal())
        }
        let found = season(of: series).period
        let beyond = found % period
        #expect(found > 0 && min(beyond, period - beyond) <= 1 + period / 20, "\(found)")
    }

    @Test("a day within a week is found beside the week")
    func twoPeriods() {
        var random = SplitMix64(seed: 2)
        let series = (0..<4000).map { t -> Double in
            let day = exp(2 * sin(2 * .pi * Double(t) / 24))
            return day * (t / 24 % 7 < 5 ? 1 : 0.2) + 0.1 * random.normal()
        }
        let found = season(of: series)
        #expect([found.period, found.secondPeriod].sorted() == [24, 168])
    }

    @Test("noise, a line and a constant have no season", arguments: [1, 2, 3] as [UInt64])
    func none(seed: UInt64) {
        #expect(season(of: whiteNoise(3000, seed: seed)) == Season(), "seed \(seed)")
        #expect(season(of: (0..<3000).map { Double($0) * 0.125 }) == Season())
        #expect(season(of: [Double](repeating: 7, count: 3000)) == Season())
        #expect(season(of: [Double](repeating: 0, count: 3000)) == Season())
    }

    @Test("two seasons are enough for a young series")
    func young() {
        let wave = (0..<96).map { Double($0 % 40) }
        #expect(season(of: wave).period == 40)
    }

    @Test("too short a history has none, and a given period stands")
    func given() {
        let sine = noisySine(63, seed: 1, noise: 0)
        #expect(season(of: sine) == Season())
        #expect(season(of: sine, period: 33).period == 33)
        #expect(season(of: noisySine(3000, seed: 1), period: 4000).period == 4000)
    }
}
