import Evaluation
import TestSupport
import Testing

@Suite("Calibration")
struct CalibrationTests {
    /// Sum of 12 uniform numbers: close to a standard normal one out to 2.5.
    private func normal(using random: inout SplitMix64) -> Double {
        (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
    }

    @Test("samples of the forecast distribution fill all bins alike")
    func flatWhenCalibrated() throws {
        var calibration = Calibration(level: 0.9)
        var random = SplitMix64(seed: 21)
        for _ in 0..<100_000 {
            // 90 % of a normal distribution lie within 1.6449 standard deviations.
            let value = 3 + 2 * normal(using: &random)
            calibration.add(value: value, lower: 3 - 2 * 1.6449, upper: 3 + 2 * 1.6449)
        }
        #expect(calibration.total == 100_000)
        for count in calibration.counts { try #require((4600...5400).contains(count)) }
        for (nominal, observed) in calibration.central {
            try #require(abs(nominal - observed) < 0.01)
        }
    }

    @Test("the nominal interval's share needs no assumption about the distribution")
    func intervalItself() {
        var calibration = Calibration(level: 0.8)
        for index in 0..<1000 {
            calibration.add(value: index % 4 == 0 ? 1.01 : 0.99, lower: -1, upper: 1)
        }
        let observed = calibration.central.first { abs($0.nominal - 0.8) < 1e-9 }?.observed
        #expect(observed == 0.75)
    }

    @Test("intervals without a width are left out")
    func ignoresEmptyIntervals() {
        var calibration = Calibration(level: 0.9)
        calibration.add(value: 1, lower: 1, upper: 1)
        #expect(calibration.total == 0)
    }
}
