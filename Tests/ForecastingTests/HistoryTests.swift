import Forecasting
import TestSupport
import Testing

@Suite("History and cold start")
struct HistoryTests {
    @Test("the ring remembers the last 4,096 values in order")
    func ring() throws {
        let series = whiteNoise(6000, seed: 1)
        var history = History()
        for (index, value) in series.enumerated() {
            history.append(value)
            let available = min(index + 1, 4096)
            try #require(history.available == available)
            try #require(history[back: 0] == value)
            try #require(history[back: available - 1] == series[index + 1 - available])
            let recent = series[max(0, index - 99)...index]
            let (low, high) = history.extremes(ofLast: 100)
            try #require(low == recent.min() && high == recent.max())
        }
        #expect(history.difference(back: 3) == series[5996] - series[5995])
        #expect(history.difference(back: 4095) == 0)
    }

    @Test("a shift moves all but the newest values")
    func shift() {
        var history = History()
        for value in [1, 2, 3, 4] as [Double] { history.append(value) }
        history.shift(by: 10, except: 1)
        #expect((0..<4).map { history[back: $0] } == [4, 13, 12, 11])
    }

    @Test("a start without outliers is left as it is")
    func cleanStart() {
        var history = History()
        for value in noisySine(17, seed: 1) { history.append(value) }
        #expect(ColdStartRepair(history) == nil)
    }

    @Test("a start with an outlier gets the scales of the others")
    func outlierInStart() throws {
        let series = noisySine(17, seed: 1)
        var (clean, history) = (Scaler(), History())
        for (index, value) in series.enumerated() {
            clean.add(level: value)
            if index > 0 { clean.add(step: value - series[index - 1]) }
            history.append(index == 4 ? 1e6 : value)
        }
        let repair = try #require(ColdStartRepair(history))
        #expect(abs(repair.meanSquaredStep.squareRoot() / clean.step - 1) < 1)
        #expect(abs(repair.mean - clean.mean) < 10 * clean.step)
        #expect(repair.limited(1e6) < 200 * clean.step && repair.limited(0.5) == 0.5)
    }
}
