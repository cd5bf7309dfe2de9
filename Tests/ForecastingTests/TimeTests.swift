import Forecasting
import Series
import TestSupport
import Testing

/// Duplicates, late samples and gaps, by the times of the messages.
@Suite("Time")
struct TimeTests {
    /// A feed at sample 200, one sample a millisecond.
    private func start(_ feed: inout Feed) throws -> Int64 {
        for (index, value) in noisySine(200, seed: 1).enumerated() {
            try feed.send(value, time: Int64(index) * 1_000_000)
        }
        return 199_000_000
    }

    @Test("a duplicate gets the forecast that stands, and changes nothing")
    func duplicate() throws {
        var feed = Feed()
        var twin = Feed()
        let time = try start(&feed)
        _ = try start(&twin)
        let standing = feed.forecast
        let answer = try #require(try feed.send(77, time: time))
        #expect(answer.sequence == standing.sequence + 1)
        #expect(answer.time == time && answer.nextTime == standing.nextTime)
        #expect(answer.channels[0].value == 77 && answer.channels[0].residual.isNaN)
        #expect(answer.channels[0].mean == standing.channels[0].mean)
        #expect(feed.forecaster.counters.duplicates == 1)
        for step in 1...50 as ClosedRange<Int64> {
            let value = 0.01 * Double(step)
            let one = try feed.send(value, time: time + step * 1_000_000)
            let other = try twin.send(value, time: time + step * 1_000_000)
            #expect(one?.channels == other?.channels)
        }
    }

    @Test("a late sample gets the forecast that stands, and its own time")
    func late() throws {
        var feed = Feed()
        let time = try start(&feed)
        let standing = feed.forecast
        let answer = try #require(try feed.send(77, time: time - 5))
        #expect(answer.time == time - 5 && answer.nextTime == time + 1_000_000)
        #expect(answer.channels[0].mean == standing.channels[0].mean)
        #expect(feed.forecaster.counters.late == 1)
    }

    @Test("a history sent again is learned from again, after 16 late samples in order")
    func clockGoesBack() throws {
        var feed = Feed()
        let time = try start(&feed)
        for step in 0..<100 as Range<Int64> {
            let answer = try #require(try feed.send(0.5, time: time / 2 + step * 1_000_000))
            try #require(answer.channels[0].residual.isNaN == (step < 16), "step \(step)")
        }
        #expect(feed.forecaster.counters.late == 15)
        #expect(feed.forecaster.counters.clockRestarts == 1)
        #expect(feed.forecast.nextTime == time / 2 + 100_000_000)
    }

    @Test("stragglers between newer samples never turn the clock back")
    func stragglers() throws {
        var feed = Feed()
        let time = try start(&feed)
        for step in 1...100 as ClosedRange<Int64> {
            try feed.send(0.5, time: time + step * 1_000_000)
            try feed.send(0.5, time: step)
        }
        #expect(feed.forecaster.counters.late == 100)
        #expect(feed.forecaster.counters.clockRestarts == 0)
    }

    @Test("samples without times are no duplicates")
    func withoutTimes() throws {
        var feed = Feed()
        for value in noisySine(200, seed: 1) { try feed.send([value], arrival: 9) }
        #expect(feed.forecaster.counters.duplicates == 0 && feed.forecaster.counters.gaps == 0)
        #expect(feed.forecast.timeSource == .arrival && feed.forecast.time == 9)
        #expect(feed.forecast.nextTime == nil)
    }

    @Test("a gap is bridged like as many missing values")
    func gap() throws {
        // One update, before the gap: bridged steps are not trained on until the gap is over.
        var configuration = ModelConfiguration()
        configuration.stride = 150
        var feed = Feed(configuration)
        var twin = Feed(configuration)
        let time = try start(&feed)
        _ = try start(&twin)
        for step in 1...10 as ClosedRange<Int64> {
            try twin.send(.nan, time: time + step * 1_000_000)
        }
        let one = try #require(try feed.send(0.5, time: time + 11_000_000))
        let other = try #require(try twin.send(0.5, time: time + 11_000_000))
        #expect(one.channels[0].mean == other.channels[0].mean)
        #expect(one.channels[0].residual.isNaN && !other.channels[0].residual.isNaN)
        let counters = feed.forecaster.counters
        #expect(counters.gaps == 1 && counters.bridgedSteps == 10 && counters.windowRestarts == 0)
    }

    @Test("a gap longer than the window starts the window anew")
    func longGap() throws {
        var feed = Feed(.plain())
        let time = try start(&feed)
        let updates = feed.forecaster.counters.updates
        for step in 0..<17 as Range<Int64> {
            try feed.send(0.1 * Double(step), time: time + (500 + step) * 1_000_000)
        }
        let counters = feed.forecaster.counters
        #expect(counters.gaps == 1 && counters.bridgedSteps == 16 && counters.windowRestarts == 1)
        // The window needs 16 steps before the newest one.
        #expect(counters.updates == updates + 1)
    }

    @Test("the next sample is expected one typical step later")
    func nextTime() throws {
        var feed = Feed()
        #expect(try feed.send(1, time: 100)?.nextTime == nil)
        #expect(try feed.send(1, time: 110)?.nextTime == 120)
        #expect(try feed.send(1, time: 121)?.nextTime == 132)
    }

    @Test("errors after a gap in time are those of a clean run, nearly", arguments: [5, 50, 200])
    func recovers(length: Int) throws {
        let series = noisySine(1600, seed: 4)
        let clean = try Run(series)
        var feed = Feed()
        var error = 0.0
        for (index, value) in series.enumerated() where !(1000..<(1000 + length)).contains(index) {
            let expected = feed.forecast.channels.first?.mean ?? 0
            if (1010..<1200).contains(index - length) { error += abs(value - expected) }
            try feed.send(value, time: Int64(index) * 1_000_000)
        }
        let reference = clean.meanAbsoluteError(series, (1010 + length)..<(1200 + length))
        #expect(error / 190 <= 1.15 * reference, "\(error / 190 / reference)")
    }
}
