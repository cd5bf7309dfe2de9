import Store
import Testing

@Suite("The write budget")
struct WriteBudgetTests {
    private let second: Int64 = 1_000_000_000

    /// Whether that is worth a line in the log.
    private func finishRound(_ budget: inout WriteBudget, bytes: Int) -> Bool {
        budget.finishRound(bytes: bytes)
    }

    @Test("leaves the interval as it is while rounds fit into it")
    func within() {
        var budget = WriteBudget(bytesPerSecond: 1_000_000, intervalNanoseconds: 30 * second)
        #expect(finishRound(&budget, bytes: 30_000_000) == false)
        #expect(budget.presentIntervalNanoseconds == 30 * second)
        #expect(!budget.isStretched)
    }

    @Test("stretches it so that the rate holds, says so once, and says when it is over")
    func stretching() {
        var budget = WriteBudget(bytesPerSecond: 1_000_000, intervalNanoseconds: 30 * second)
        #expect(finishRound(&budget, bytes: 45_000_000) == true)
        #expect(budget.presentIntervalNanoseconds == 45 * second)
        #expect(finishRound(&budget, bytes: 60_000_000) == false)
        #expect(budget.presentIntervalNanoseconds == 60 * second)
        #expect(budget.isStretched)
        #expect(finishRound(&budget, bytes: 1000) == true)
        #expect(budget.presentIntervalNanoseconds == 30 * second)
    }

    @Test("never stretches it beyond twenty times, however much is written")
    func longest() {
        var budget = WriteBudget(bytesPerSecond: 1, intervalNanoseconds: second)
        #expect(finishRound(&budget, bytes: .max) == true)
        #expect(budget.presentIntervalNanoseconds == 20 * second)
    }

    @Test("begins the next round so early that it will have ended within the interval")
    func early() {
        var budget = WriteBudget(bytesPerSecond: 1_000_000, intervalNanoseconds: 30 * second)
        #expect(budget.delayNanoseconds(afterRoundOf: 0) == 30 * second)
        #expect(budget.delayNanoseconds(afterRoundOf: 4 * second) == 26 * second)
        // Not all the time.
        #expect(budget.delayNanoseconds(afterRoundOf: 40 * second) == 15 * second)
        // The rate comes first.
        _ = finishRound(&budget, bytes: 28_000_000)
        #expect(budget.delayNanoseconds(afterRoundOf: 4 * second) == 28 * second)
        _ = finishRound(&budget, bytes: 45_000_000)
        #expect(budget.delayNanoseconds(afterRoundOf: 4 * second) == 45 * second)
    }
}
