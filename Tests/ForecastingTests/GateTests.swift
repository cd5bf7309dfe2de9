import Forecasting
import Testing

@Suite("Gate")
struct GateTests {
    private func judge(_ gate: inout Gate, _ value: Double, step: Int = 0) -> Gate.Verdict {
        gate.judge(value, forecast: 0, previous: 0, scale: 1, step: step)
    }

    @Test("values within twelve steps of the forecast pass")
    func passes() {
        var gate = Gate()
        for value in [0, 11.9, -11.9] { #expect(judge(&gate, value) == .normal) }
    }

    @Test("a value near its predecessor passes however wrong the forecast was")
    func nearPredecessor() {
        var gate = Gate()
        let verdict = gate.judge(20, forecast: 0, previous: 15, scale: 1, step: 0)
        #expect(verdict == .normal)
    }

    @Test("one far value is a suspect, and forgotten when the next is normal")
    func spike() {
        var gate = Gate()
        #expect(judge(&gate, 1e6) == .suspect(offset: 1e6))
        #expect(judge(&gate, 0) == .normal)
        #expect(gate.pending.isEmpty)
        #expect(judge(&gate, 1e6) == .suspect(offset: 1e6))
    }

    @Test("three far values at one level are a shift by their median offset")
    func shift() {
        var gate = Gate()
        #expect(judge(&gate, 100, step: 1) == .suspect(offset: 100))
        #expect(judge(&gate, 104, step: 2) == .suspect(offset: 104))
        #expect(judge(&gate, 101, step: 3) == .released)
        #expect(gate.commonShift == 101)
        #expect(gate.pending.map(\.step) == [1, 2, 3])
    }

    @Test("three far values at different levels are no shift")
    func spread() {
        var gate = Gate()
        _ = judge(&gate, 100)
        _ = judge(&gate, -90)
        #expect(judge(&gate, 40) == .released)
        #expect(gate.commonShift == nil)
    }

    @Test("a jump is carried into the forecast until jumps prove to be spikes")
    func learnsWhetherJumpsStay() {
        var gate = Gate()
        #expect(gate.carriedShare(offset: 50, scale: 1) == 1)
        for _ in 0..<20 {
            _ = judge(&gate, 50)
            _ = judge(&gate, 0)
        }
        #expect(gate.carriedShare(offset: 50, scale: 1) < 0.4)
        #expect(gate.carriedShare(offset: 1e6, scale: 1) == 0)
    }
}
