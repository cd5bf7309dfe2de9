import Daemon
import Testing

@Suite("Synthetic sensors")
struct SyntheticSensorTests {
    /// The first values of the one sensor of a spec.
    static func values(_ spec: String, seed: UInt64 = 1, count: Int) throws -> [Double] {
        var sensors = try SyntheticSpec(spec).sensors(seed: seed)
        try #require(sensors.count == 1)
        return (0..<count).map { _ in sensors[0].next() }
    }

    static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    static func deviation(_ values: [Double]) -> Double {
        let mean = mean(values)
        return Self.mean(values.map { ($0 - mean) * ($0 - mean) }).squareRoot()
    }

    @Test("the same seed gives the same values, another seed others")
    func isDeterministic() {
        var first = SyntheticSensor.demonstration(seed: 7)
        var second = SyntheticSensor.demonstration(seed: 7)
        var other = SyntheticSensor.demonstration(seed: 8)
        #expect(first.count == 6)
        for index in first.indices {
            let values = (0..<500).map { _ in first[index].next() }
            #expect(values.allSatisfy { $0.isFinite })
            let again = (0..<500).map { _ in second[index].next() }
            let others = (0..<500).map { _ in other[index].next() }
            #expect(values == again)
            #expect(values != others, "\(first[index].name)")
        }
    }

    @Test("each has a name of its own, a unit and a line of text")
    func isDescribed() {
        let sensors = SyntheticSensor.demonstration(seed: 1)
        #expect(Set(sensors.map(\.name)).count == sensors.count)
        #expect(sensors.allSatisfy { !$0.unit.isEmpty && !$0.summary.isEmpty })
    }

    @Test("a sine has its period, its height and its noise")
    func drawsSine() throws {
        let clean = try Self.values("sine:period=40,amplitude=2,offset=5,noise=0", count: 4_000)
        #expect(abs(clean[0] - 5) < 1e-9)
        #expect(abs(clean[10] - 7) < 1e-9)
        #expect(abs(clean[30] - 3) < 1e-9)
        #expect(abs(clean[3_010] - 7) < 1e-6)
        let noisy = try Self.values("sine:period=40,amplitude=2,offset=5,noise=0.3", count: 4_000)
        let noise = zip(noisy, clean).map { $0 - $1 }
        #expect(abs(Self.mean(noise)) < 0.03)
        #expect(abs(Self.deviation(noise) - 0.3) < 0.02)
    }

    @Test("a square wave has two levels of equal length")
    func drawsSquare() throws {
        let values = try Self.values("square:period=10,amplitude=3,offset=1,noise=0", count: 1_000)
        #expect(Set(values) == [4, -2])
        #expect(values.count { $0 == 4 } == 500)
    }

    @Test("a random walk takes independent steps")
    func walks() throws {
        let values = try Self.values("walk:step=2,offset=100", count: 10_000)
        let steps = zip(values.dropFirst(), values).map { $0 - $1 }
        #expect(values[0] == 100)
        #expect(abs(Self.deviation(steps) - 2) < 0.06)
        let products = zip(steps.dropFirst(), steps).map { $0 * $1 }
        #expect(abs(Self.mean(products)) < 0.2)
    }

    @Test("the machine's temperature swings about a rising middle")
    func drifts() throws {
        let values = try Self.values("machine:offset=60,amplitude=5,drift=0.01", count: 4_000)
        let rise = Self.mean(Array(values.suffix(1_000))) - Self.mean(Array(values[500..<1_500]))
        #expect(abs(rise - 25) < 2.5)
        let late = values.suffix(300)
        #expect(late.max()! - late.min()! > 4)
        #expect(late.max()! - late.min()! < 15)
    }

    @Test("the counter counts, and bursts stand out")
    func counts() throws {
        let values = try Self.values("counter:rate=20,burst=100", count: 5_000)
        #expect(values.allSatisfy { $0 >= 0 && $0 == $0.rounded() })
        #expect(abs(values.sorted()[1_500] - 20) < 6)
        #expect(values.max()! > 100)
        let calm = try Self.values("counter:rate=20,burst=0", count: 5_000)
        #expect(abs(Self.mean(calm) - 20) < 0.4)
        #expect(abs(Self.deviation(calm) - 20.0.squareRoot()) < 0.2)
    }

    @Test("chaos stays in its bounds and never repeats")
    func isChaotic() throws {
        let values = try Self.values("chaos", count: 2_000)
        #expect(values.allSatisfy { $0 > 0.2 && $0 < 1.5 })
        #expect(Self.deviation(values) > 0.2)
        #expect(Set(values).count == values.count)
    }
}
