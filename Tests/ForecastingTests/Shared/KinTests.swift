import Forecasting
import Series
import TestSupport
import Testing

@Suite("Kin")
struct KinTests {
    private static let names = kin(13)

    /// The sum of squared errors over a series from its second value on.
    private func error(_ values: [Double], of name: String, in feed: inout Feed) throws -> Double {
        var (sum, mean) = (0.0, values[0])
        for value in values {
            sum += (value - mean) * (value - mean)
            mean = try #require(try feed.send(value, stream: name)).channels[0].mean
        }
        return sum
    }

    @Test("a stream that comes after others errs less in its first samples, in any unit")
    func newcomers() throws {
        var feed = Feed(ModelConfiguration.shared())
        let grownUp = (0..<8).map { noisySine(600, seed: UInt64($0)) }
        for step in 0..<600 {
            for stream in 0..<8 { try feed.send(grownUp[stream][step], stream: Self.names[stream]) }
        }
        var (late, alone) = (0.0, 0.0)
        for number in 8..<13 {
            let values = noisySine(60, seed: UInt64(number)).map { 50 + 1000 * $0 }
            late += try error(values, of: Self.names[number], in: &feed)
            var other = Feed(ModelConfiguration.shared())
            alone += try error(values, of: Self.names[number], in: &other)
        }
        #expect(late < 0.9 * alone, "\(late) \(alone)")
    }

    @Test("a net that leads young streams astray is not believed before they are older")
    func trust() {
        var kin = Kin()
        #expect(kin.trust(afterSteps: 5) == 1)
        for _ in 0..<2000 {
            kin.learn(added: 1, missing: -0.5, afterSteps: 5)
            kin.learn(added: -2, missing: -1, afterSteps: 20)
            kin.learn(added: 1, missing: -1, afterSteps: 64)
        }
        #expect(kin.trust(afterSteps: 7) == 0)
        #expect(kin.trust(afterSteps: 8) == 1)
        #expect(abs(kin.trust(afterSteps: 23) - 0.5) < 0.01)
        #expect(kin.trust(afterSteps: 64) == 1)
        let before = kin
        kin.learn(added: .infinity, missing: 1, afterSteps: 5)
        #expect(kin == before)
    }

    @Test("a net of format 2, which knows nothing of them, is read")
    func formerFormat() throws {
        let configuration = ModelConfiguration.shared()
        var feed = Feed(configuration)
        for value in noisySine(300, seed: 1) { try feed.send(value, stream: Self.names[0]) }
        var bytes: [UInt8] = []
        feed.forecaster.snapshot(of: feed.forecaster.nets(of: 5)[0], into: &bytes)
        // 9 + 8 + 8 numbers in arrays, and a count.
        bytes.removeLast(25 * 8 + 3 * 4 + 8)
        // Nor was there a horizon behind the level, or the number of the inputs that are named.
        let bits = configuration.level.bitPattern
        let level = (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
        let found = bytes.indices.first { bytes[$0...].starts(with: level) }
        let horizon = try #require(found) + 8
        bytes.removeSubrange(horizon..<(horizon + 16))
        // Nor the expert that needs them, before loss, period, plainness and range, a byte each.
        bytes.remove(at: horizon - 8 - 5)
        #expect(UInt32(bytes[4]) == Forecaster.stateFormat)
        bytes[4] = 2
        var restored = Feed(configuration)
        let isTaken = unsafe try restored.forecaster.restoreNet(
            pattern: Array("*".utf8), partition: 5, from: bytes.span.bytes)
        try #require(isTaken)
        try restored.send(1, stream: Self.names[0])
        #expect(try restored.net().parameters == feed.net().parameters)
    }
}
