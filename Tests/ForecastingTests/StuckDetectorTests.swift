import Forecasting
import TestSupport
import Testing

@Suite("StuckDetector")
struct StuckDetectorTests {
    /// The number of repeats after which `detector` says stuck, nil when it never does.
    private func repeats(_ detector: inout StuckDetector, upTo count: Int) -> Int? {
        for repeats in 1...count {
            detector.observe(1.5, accepted: 1000)
            if detector.isStuck { return repeats }
        }
        return nil
    }

    @Test("a sensor that never repeats itself is stuck after eleven repeats")
    func stuck() {
        var detector = StuckDetector()
        for value in noisySine(1000, seed: 1) { detector.observe(value, accepted: 1000) }
        detector.observe(1.5, accepted: 1000)
        #expect(repeats(&detector, upTo: 100) == 11)
        detector.observe(1.6, accepted: 1000)
        #expect(!detector.isStuck)
    }

    @Test("a series that often rests may rest twice as long as ever before")
    func resting() {
        var detector = StuckDetector()
        for step in 0..<3000 { detector.observe(Double(step / 30), accepted: 1000) }
        detector.observe(1.5, accepted: 1000)
        let found = repeats(&detector, upTo: 999)
        #expect((found ?? 0) > 2 * 29 + 10)
    }

    @Test("a constant is believed after a thousand repeats")
    func believed() {
        var detector = StuckDetector()
        for value in noisySine(1000, seed: 1) { detector.observe(value, accepted: 1000) }
        for _ in 0..<900 { detector.observe(3, accepted: 1000) }
        #expect(detector.isStuck)
        for _ in 0..<200 { detector.observe(3, accepted: 1000) }
        #expect(!detector.isStuck)
    }

    @Test("nothing is stuck in the first hundred samples")
    func start() {
        var detector = StuckDetector()
        for count in 0..<100 { detector.observe(3, accepted: count) }
        #expect(!detector.isStuck)
    }
}
