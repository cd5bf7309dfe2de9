import Daemon
import Testing

@Suite("Pacer")
struct PacerTests {
    @Test("deadlines do not drift, however long it runs")
    func keepsRate() {
        let pacer = Pacer(perSecond: 3, start: 1_000)
        #expect(pacer.deadline(ofTurn: 0) == 1_000)
        #expect(pacer.deadline(ofTurn: 1) == 333_334_333)
        #expect(pacer.deadline(ofTurn: 3) == 1_000_001_000)
        #expect(pacer.deadline(ofTurn: 3_000_000) == 1_000_000_000_001_000)
    }

    @Test("without a rate every turn is due at once")
    func knowsNoRate() {
        let pacer = Pacer(perSecond: nil, start: 5)
        #expect(pacer.deadline(ofTurn: 1_000_000) == 5)
    }

    @Test("turns that are overdue come at once, and none comes early")
    func catchesUp() {
        let second: Int64 = 1_000_000_000
        let start = SystemClock.monotonic() - second
        var pacer = Pacer(perSecond: 1_000, start: start)
        for turn in 0..<1_005 {
            #expect(pacer.waitForTurn { false })
            #expect(SystemClock.monotonic() >= pacer.deadline(ofTurn: turn))
        }
    }

    @Test("after a restart the missed turns are forgotten")
    func forgets() {
        var pacer = Pacer(perSecond: 10, start: 0)
        _ = pacer.waitForTurn { false }
        pacer.restart(at: 50)
        #expect(pacer.deadline(ofTurn: 1) == 100_000_050)
    }

    @Test("a wait ends when told to stop")
    func stops() {
        var pacer = Pacer(perSecond: 1e-6)
        #expect(pacer.waitForTurn { false })
        var asked = 0
        let isDue = pacer.waitForTurn {
            asked += 1
            return asked > 2
        }
        #expect(!isDue)
        #expect(asked == 3)
    }
}
