import Forecasting
import Series
import TestSupport
import Testing

/// Samples of several values.
@Suite("Channels")
struct ChannelTests {
    @Test("each channel is forecast like a stream of its own")
    func independent() throws {
        let (one, other) = (noisySine(400, seed: 1), whiteNoise(400, seed: 2))
        var both = Feed()
        var alone = Feed()
        for index in 0..<400 {
            let forecast = try #require(try both.send([one[index], other[index]]))
            let single = try #require(try alone.send(one[index]))
            try #require(forecast.channels.count == 2)
            try #require(
                forecast.channels[0].mean == single.channels[0].mean, "sample \(index)")
        }
    }

    @Test("named values are matched in any order")
    func anyOrder() throws {
        var feed = Feed()
        try feed.send([1, 200, 3], names: ["a", "b", "c"])
        let forecast = try #require(try feed.send([4, 1.5, 201], names: ["c", "a", "b"]))
        #expect(forecast.channels.map(\.value) == [1.5, 201, 4])
        #expect(forecast.channelNames == ["a", "b", "c"].map { Array($0.utf8) })
    }

    @Test("a name that is absent is a missing value, an unknown one is counted")
    func absentAndUnknown() throws {
        var feed = Feed()
        try feed.send([1, 2], names: ["a", "b"])
        let forecast = try #require(try feed.send([9, 1], names: ["x", "a"]))
        #expect(forecast.channels[0].value == 1 && forecast.channels[1].value.isNaN)
        #expect(forecast.channels[1].mean == 2 && forecast.status == .stale)
        #expect(feed.forecaster.counters.unknownChannels == 1)
        #expect(feed.forecaster.counters.missing == 1)
        #expect(try feed.send([9], names: ["y"]) == nil)
        #expect(feed.observation == .rejected(.unknownChannels))
    }

    @Test("a sample of another width is rejected and counted")
    func width() throws {
        var feed = Feed()
        try feed.send([1, 2])
        for values in [[1], [1, 2, 3]] as [[Double]] { #expect(try feed.send(values) == nil) }
        #expect(try feed.send([]) == nil)
        #expect(feed.forecaster.counters[.channelCount] == 2)
        #expect(feed.forecaster.counters[.empty] == 1)
        #expect(try feed.send([3, 4])?.sequence == 2)
    }

    @Test("values without names fill the named channels in their order; the reverse is rejected")
    func mixedNaming() throws {
        var feed = Feed()
        try feed.send([1, 2], names: ["a", "b"])
        #expect(try feed.send([3, 4])?.channels.map(\.value) == [3, 4])
        try feed.send([1, 2], stream: "t")
        #expect(try feed.send([1, 2], names: ["a", "b"], stream: "t") == nil)
        #expect(feed.observation == .rejected(.channelCount))
    }

    @Test("more values than the limit are rejected")
    func limit() throws {
        var limits = Limits()
        limits.valuesPerSample = 3
        var feed = Feed(limits: limits)
        #expect(try feed.send([1, 2, 3, 4]) == nil)
        #expect(feed.observation == .rejected(.tooManyValues))
        #expect(feed.forecaster.streamCount == 0)
    }

    @Test("a channel without a value so far has no forecast, the others do")
    func lateChannel() throws {
        var feed = Feed()
        let first = try #require(try feed.send([1, .nan]))
        #expect(first.channels[0].mean == 1 && first.channels[1].mean.isNaN)
        let second = try #require(try feed.send([1, 5]))
        #expect(second.channels[1].mean == 5)
    }

    @Test("a feed that changes its number of channels reuses the forecast")
    func reuse() throws {
        var feed = Feed()
        #expect(try feed.send([1, 2, 3], stream: "wide")?.channels.count == 3)
        #expect(try feed.send([1], stream: "narrow")?.channels.count == 1)
        #expect(try feed.send([1, 2, 3], stream: "wide")?.channels.count == 3)
    }
}
