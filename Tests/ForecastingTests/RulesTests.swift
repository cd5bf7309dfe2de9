import Forecasting
import Series
import Testing

@Suite("Other rules while the streams go on")
struct RulesTests {
    private static let names = ["a", "b", "c"]

    private func rules(_ change: (inout ModelConfiguration) -> Void = { _ in }) -> [ModelRule] {
        var configuration = ModelConfiguration()
        change(&configuration)
        return [ModelRule(pattern: "a", configuration: configuration)]
    }

    private func send(_ feed: inout Feed, _ range: Range<Int>) throws -> [Forecast] {
        let series = Self.names.indices.map { noisySine(400, seed: UInt64($0 + 1)) }
        var forecasts: [Forecast] = []
        for index in range {
            for (stream, name) in Self.names.enumerated() {
                forecasts.append(try #require(try feed.send(series[stream][index], stream: name)))
            }
        }
        return forecasts
    }

    private func state(_ feed: borrowing Feed, _ name: String) throws -> [UInt8] {
        let bytes = Array(name.utf8)
        let index = feed.forecaster.index(of: bytes.span)
        var state: [UInt8] = []
        feed.forecaster.snapshot(of: try #require(index), into: &state)
        return state
    }

    @Test("streams that they do not concern keep every bit, and forecast the same")
    func unaffected() throws {
        var feed = Feed(rules: rules())
        var other = Feed(rules: rules())
        _ = try send(&feed, 0..<200)
        _ = try send(&other, 0..<200)
        feed.forecaster.clearChanges()
        feed.forecaster.change(rules: rules { $0.hidden = 8 }, limits: Limits())
        let isDone = (feed.forecaster.adaptNext(2), feed.forecaster.adaptNext(2))
        #expect(isDone == (false, true))
        #expect(feed.forecaster.newestAdaptation.unaffected == 2)
        #expect(feed.forecaster.newestAdaptation.adapted == 1)
        #expect(feed.forecaster.newestAdaptation.lost == ["recurrent": 1])
        #expect(feed.forecaster.changedStreams == [StreamIndex(position: 0)])
        for name in ["b", "c"] { #expect(try state(feed, name) == state(other, name)) }
        let (after, same) = (try send(&feed, 200..<300), try send(&other, 200..<300))
        for index in after.indices where index % 3 > 0 {
            try #require(after[index] == same[index])
        }
        #expect(after[0].channels[0].mean != same[0].channels[0].mean)
        #expect(after.allSatisfy { $0.channels[0].mean.isFinite })
    }

    @Test("a stream takes them over with its next sample, or before, with the same result")
    func lazily() throws {
        var early = Feed(rules: rules())
        var late = Feed(rules: rules())
        _ = try send(&early, 0..<200)
        _ = try send(&late, 0..<200)
        let changed = rules { ($0.cell, $0.level) = (.lstm, 0.8) }
        early.forecaster.change(rules: changed, limits: Limits())
        late.forecaster.change(rules: changed, limits: Limits())
        let isDone = early.forecaster.adaptNext(1000)
        let (first, second) = (try send(&early, 200..<260), try send(&late, 200..<260))
        #expect(first == second)
        let isDoneLate = late.forecaster.adaptNext(1000)
        #expect((isDone, isDoneLate) == (true, true))
        #expect(early.forecaster.newestAdaptation.adapted == 1)
        #expect(late.forecaster.newestAdaptation.adapted == 1)
        #expect(late.forecaster.newestAdaptation.unaffected == 2)
    }

    @Test("it is as if the stream had been restored under the new rules")
    func likeRestored() throws {
        var feed = Feed(rules: rules())
        _ = try send(&feed, 0..<200)
        let changed = rules { ($0.window, $0.learningRate) = (24, 0.001) }
        var restored = Feed(rules: changed)
        for name in Self.names {
            let (bytes, state) = (Array(name.utf8), try state(feed, name))
            let span = state.span
            _ = try restored.forecaster.restore(name: bytes.span, from: unsafe span.bytes)
        }
        feed.forecaster.change(rules: changed, limits: Limits())
        let (after, same) = (try send(&feed, 200..<300), try send(&restored, 200..<300))
        #expect(after == same)
        let index = StreamIndex(position: 0)
        let signature = restored.forecaster.settingsSignature(of: index)
        #expect(feed.forecaster.settingsSignature(of: index) == signature)
    }

    @Test("new limits count for new streams; those that are there stay")
    func limits() throws {
        var feed = Feed(rules: rules())
        _ = try send(&feed, 0..<3)
        var limits = Limits()
        limits.maxStreams = 2
        feed.forecaster.change(rules: rules(), limits: limits)
        #expect(try feed.send(1, stream: "d") == nil)
        #expect(try feed.send(1, stream: "c") != nil)
        limits.maxStreams = 4
        feed.forecaster.change(rules: rules(), limits: limits)
        #expect(try feed.send(1, stream: "d") != nil)
    }

    @Test("a stream that is reset learns anew, and its sequence numbers go on")
    func reset() throws {
        var feed = Feed(rules: rules())
        _ = try send(&feed, 0..<100)
        feed.forecaster.clearChanges()
        feed.forecaster.reset(StreamIndex(position: 1))
        #expect(feed.forecaster.changedStreams == [StreamIndex(position: 1)])
        var fresh = Feed(rules: rules())
        let (after, anew) = (try send(&feed, 100..<200), try send(&fresh, 100..<200))
        for index in stride(from: 1, to: after.count, by: 3) {
            #expect(after[index].sequence == anew[index].sequence + 100)
            // NaN is not equal to itself: the text is.
            try #require("\(after[index].channels)" == "\(anew[index].channels)")
        }
        #expect(after[0].channels != anew[0].channels)
    }

    @Test("a stream read apart from any forecaster goes on as it was, also under another name")
    func adopted() throws {
        var feed = Feed(rules: rules())
        _ = try send(&feed, 0..<200)
        let state = try state(feed, "b")
        let name = Array("c".utf8)
        let span = state.span
        let stream = try Forecaster.stream(
            name: name.span, from: unsafe span.bytes, channelLimit: 1)
        var again: [UInt8] = []
        Forecaster.snapshot(of: stream, into: &again)
        #expect(again == state)
        #expect(stream.newestForecast?.sequence == 200)
        let restored = try feed.forecaster.adopt(stream)
        #expect(restored == .exact(StreamIndex(position: 2)))
        let values = noisySine(100, seed: 9)
        for value in values {
            let (b, c) = (try feed.send(value, stream: "b"), try feed.send(value, stream: "c"))
            try #require(b?.channels == c?.channels)
            try #require(b?.sequence == c?.sequence)
        }
        #expect(throws: StateError.tooManyChannels(count: 1, limit: 0)) {
            let span = state.span
            _ = try Forecaster.stream(
                name: name.span, from: unsafe span.bytes, channelLimit: 0)
        }
    }

    @Test("the forecast that stands is the one that was published")
    func newestForecast() throws {
        var feed = Feed(rules: rules())
        #expect(try feed.send(.nan, stream: "x") == nil)
        let none = feed.forecaster.stream(StreamIndex(position: 0)).newestForecast
        #expect(none == nil)
        for (index, value) in noisySine(100, seed: 3).enumerated() {
            let published = try feed.send(value, time: Int64(index) * 1000, stream: "x")
            let kept = feed.forecaster.stream(StreamIndex(position: 0)).newestForecast
            // NaN is not equal to itself: the text is.
            try #require("\(kept!)" == "\(published!)")
        }
    }
}
