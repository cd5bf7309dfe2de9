import Telemetry
import Testing

private let second: Int64 = 1_000_000_000

@Suite("Repeated events")
struct RepeatGateTests {
    @Test("an event passes once a minute, and then says how often it was held back")
    func onceAMinute() {
        var gate = RepeatGate()
        #expect(gate.admit("a", at: 0) == 0)
        #expect(gate.admit("a", at: 1) == nil)
        #expect(gate.admit("a", at: 60 * second - 1) == nil)
        #expect(gate.admit("a", at: 60 * second) == 2)
        #expect(gate.admit("a", at: 61 * second) == nil)
        #expect(gate.admit("a", at: 600 * second) == 1)
        #expect(gate.admit("a", at: 700 * second) == 0)
    }

    @Test("different events do not hold each other back")
    func different() {
        var gate = RepeatGate(intervalSeconds: 10)
        #expect(gate.admit("a", at: 0) == 0)
        #expect(gate.admit("b", at: 0) == 0)
        #expect(gate.admit("b", at: 9 * second) == nil)
        #expect(gate.admit("a", at: 10 * second) == 0)
        #expect(gate.admit("b", at: 10 * second) == 1)
    }

    @Test("what was held back and did not come again is told when its minute is over")
    func drain() {
        var gate = RepeatGate()
        for event in ["b", "a", "quiet"] { _ = gate.admit(event, at: 0) }
        for event in ["b", "a", "a"] { _ = gate.admit(event, at: second) }
        #expect(gate.drain(at: 59 * second).isEmpty)
        let told = gate.drain(at: 60 * second)
        #expect(told.map(\.event) == ["a", "b"])
        #expect(told.map(\.suppressed) == [2, 1])
        #expect(gate.drain(at: 600 * second).isEmpty)
        #expect(gate.admit("a", at: 61 * second) == 0)
    }

    @Test("beyond the capacity new events share one entry, until old ones are over")
    func capacity() {
        var gate = RepeatGate(capacity: 2)
        #expect(gate.admit("a", at: 0) == 0)
        #expect(gate.admit("b", at: 30 * second) == 0)
        #expect(gate.admit("c", at: 31 * second) == 0)
        #expect(gate.admit("d", at: 32 * second) == nil)
        #expect(gate.admit("b", at: 33 * second) == nil)
        // The minutes of all but b are over, so there is room for c by name.
        #expect(gate.admit("c", at: 91 * second) == 0)
        #expect(gate.admit("c", at: 92 * second) == nil)
    }

    @Test("a hundred thousand different events take no more room than the capacity")
    func flood() throws {
        var gate = RepeatGate(capacity: 16)
        var passed = 0
        for number in 0..<100_000 where gate.admit("event \(number)", at: 0) != nil { passed += 1 }
        #expect(passed == 17)
        #expect(gate.drain(at: 60 * second).map(\.suppressed) == [99_983])
    }
}
