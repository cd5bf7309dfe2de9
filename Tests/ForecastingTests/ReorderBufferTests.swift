import Forecasting
import Series
import TestSupport
import Testing

@Suite("Reordering")
struct ReorderBufferTests {
    /// A buffer fed sample by sample; `send` returns the times that it lets go, `flush` the rest.
    struct Feed {
        var buffer: ReorderBuffer
        var batch = SampleBatch()

        init(delay: Int64, limits: Limits = Limits()) {
            buffer = ReorderBuffer(delayNanoseconds: delay, limits: limits)
        }

        mutating func send(
            _ time: Int64?, stream: String = "s", values: [Double]? = nil
        ) throws -> [Int64?] {
            let bytes = Array(stream.utf8)
            batch.removeAll()
            let name = try batch.addName(bytes.span)
            for value in values ?? [Double(time ?? -1)] { batch.addValue(value) }
            batch.appendSample(name: name, nameHash: StreamName.hash(bytes.span), time: time)
            buffer.reorder(&batch)
            return batch.samples.map(\.time)
        }

        mutating func flush() -> [Int64?] {
            buffer.flush(into: &batch)
            return batch.samples.map(\.time)
        }
    }

    @Test("a sample waits for one that is the delay younger")
    func waits() throws {
        var feed = Feed(delay: 10)
        #expect(try feed.send(100) == [])
        #expect(try feed.send(109) == [])
        #expect(try feed.send(110) == [100])
        #expect(try feed.send(125) == [109, 110])
        #expect(feed.flush() == [125] && feed.flush() == [])
        #expect(feed.buffer.reordered == 0)
    }

    @Test("late samples come out in order, with their own values")
    func order() throws {
        var feed = Feed(delay: 10)
        for time in [100, 104, 102, 101, 103] as [Int64] { #expect(try feed.send(time) == []) }
        #expect(try feed.send(113) == [100, 101, 102, 103])
        for sample in feed.batch.samples {
            let time = Double(try #require(sample.time))
            #expect(feed.batch.values[sample.values] == [time])
            #expect(String(decoding: feed.batch.text[sample.name.range], as: UTF8.self) == "s")
        }
        #expect(feed.flush() == [104, 113])
        #expect(feed.buffer.reordered == 3)
    }

    @Test("a sample that is too late passes at once, one just in time goes before its successors")
    func tooLate() throws {
        var feed = Feed(delay: 10)
        for time in [100, 105, 112] as [Int64] { _ = try feed.send(time) }
        #expect(try feed.send(99) == [99])
        #expect(try feed.send(101) == [101])
        #expect(try feed.send(103) == [])
        #expect(feed.flush() == [103, 105, 112])
    }

    @Test("equal times keep the order in which they came")
    func equalTimes() throws {
        var feed = Feed(delay: 10)
        for value in [1, 2, 3] as [Double] { _ = try feed.send(100, values: [value]) }
        #expect(try feed.send(110) == [100, 100, 100])
        #expect(feed.batch.values == [1, 2, 3])
        #expect(try feed.send(100) == [100])
    }

    @Test("streams do not wait for each other; what has no time, or no place, does not wait")
    func independent() throws {
        var limits = Limits()
        limits.maxStreams = 2
        limits.valuesPerSample = 2
        var feed = Feed(delay: 10, limits: limits)
        #expect(try feed.send(100, stream: "a") == [])
        #expect(try feed.send(500, stream: "b") == [])
        #expect(try feed.send(nil, stream: "a") == [nil])
        #expect(try feed.send(100, stream: "c") == [100])
        #expect(try feed.send(101, stream: "a", values: [1, 2, 3]) == [101])
        #expect(try feed.send(101, stream: "a", values: []) == [101])
        #expect(feed.flush() == [100, 500])
    }

    @Test("a full buffer lets its oldest sample go early")
    func full() throws {
        var feed = Feed(delay: .max)
        for time in 1...Int64(Limits.reorderedSamples) { #expect(try feed.send(time) == []) }
        #expect(try feed.send(5000) == [1])
        #expect(try feed.send(4000) == [2])
        #expect(feed.flush().count == Limits.reorderedSamples)
    }

    @Test("after 16 samples in order from the past the clock is believed, and order kept again")
    func clockGoesBack() throws {
        var feed = Feed(delay: 10)
        #expect(try feed.send(1000) == [] && feed.send(2000) == [1000])
        for time in 1...15 as ClosedRange<Int64> { #expect(try feed.send(time) == [time]) }
        #expect(try feed.send(16) == [2000, 16])
        #expect(try feed.send(20) == [] && feed.send(18) == [] && feed.send(30) == [18, 20])
    }

    @Test("names of channels are copied along")
    func channelNames() throws {
        var buffer = ReorderBuffer(delayNanoseconds: 10, limits: Limits())
        var batch = SampleBatch()
        let bytes = Array("pump".utf8)
        for (time, first) in [(100, "temp"), (110, "rpm")] as [(Int64, String)] {
            batch.removeAll()
            let name = try batch.addName(bytes.span)
            for channel in [first, "flow"] {
                batch.addValue(Double(time))
                try batch.addChannelName(Array(channel.utf8).span)
            }
            batch.appendSample(name: name, nameHash: StreamName.hash(bytes.span), time: time)
            buffer.reorder(&batch)
        }
        let sample = try #require(batch.samples.first)
        #expect(batch.samples.count == 1 && sample.nameHash == StreamName.hash(bytes.span))
        let ranges = batch.channelNames[try #require(sample.channelNames)]
        let names = ranges.map { String(decoding: batch.text[$0.range], as: UTF8.self) }
        #expect(names == ["temp", "flow"] && batch.values[sample.values] == [100, 100])
    }

    @Test("samples shuffled within the delay are forecast as if they had come in order")
    func sameForecasts() throws {
        let series = noisySine(400, seed: 3)
        var generator = SplitMix64(seed: 7)
        var order = Array(series.indices)
        for start in stride(from: 0, to: order.count, by: 4) {
            order.swapAt(start, start + Int(generator.next() % 4))
        }
        var direct = ForecastingTests.Feed()
        var expected: [Double] = []
        for (index, value) in series.enumerated() {
            try direct.send(value, time: Int64(index) * 10)
            expected.append(direct.forecast.channels[0].mean)
        }
        var feed = Feed(delay: 30)
        var sorted = ForecastingTests.Feed()
        var means: [Double] = []
        func answer(_ feed: borrowing Feed) throws {
            for sample in feed.batch.samples {
                let value = feed.batch.values[sample.values.lowerBound]
                try sorted.send(value, time: sample.time)
                means.append(sorted.forecast.channels[0].mean)
            }
        }
        for index in order {
            _ = try feed.send(Int64(index) * 10, values: [series[index]])
            try answer(feed)
        }
        _ = feed.flush()
        try answer(feed)
        #expect(means == expected)
        #expect(feed.buffer.reordered > 100)
        #expect(sorted.forecaster.counters.late == 0)
    }

    @Test("a flood of names keeps no stream from being put in order")
    func flood() throws {
        var limits = Limits()
        limits.maxStreams = 4
        var feed = Feed(delay: 10, limits: limits)
        var names = 0
        var given = 0
        for round in 0..<50 as Range<Int64> {
            // Of names that come once, one is given back for each that comes.
            for _ in 0..<2 {
                given += try feed.send(5, stream: "flood\(names)").count
                names += 1
            }
            let start = 100 + 40 * round
            _ = try feed.send(start, stream: "hot")
            _ = try feed.send(start + 9, stream: "hot")
            #expect(try feed.send(start + 5, stream: "hot") == [])
            #expect(
                try feed.send(start + 20, stream: "hot") == [start, start + 5, start + 9])
        }
        #expect(feed.buffer.reordered == 50)
        #expect(given == names - 3)
    }
}
