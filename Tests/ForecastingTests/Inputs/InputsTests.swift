import Forecasting
import Series
import Testing

/// Exogenous inputs on their way into a stream.
@Suite("Exogenous inputs of a stream")
struct InputsTests {
    private func stream(_ feed: borrowing Feed, _ position: Int = 0) -> Forecasting.Stream {
        feed.forecaster.stream(StreamIndex(position: position))
    }

    private func names(_ feed: borrowing Feed, _ position: Int = 0) -> [String] {
        stream(feed, position).inputNames.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Nil where an input is missing.
    private func row(_ feed: borrowing Feed) -> [Double?] {
        stream(feed).inputRow.map { $0.isNaN ? nil : $0 }
    }

    private static func configuration(_ names: String...) -> ModelConfiguration {
        var configuration = ModelConfiguration(cell: .none)
        configuration.inputs = names.map { Array($0.utf8) }
        return configuration
    }

    @Test("are those of its first sample, each once, matched by name in any order")
    func firstSample() throws {
        var feed = Feed()
        try feed.send([1], inputs: ["load": 2, "wind": 3, "load": 4])
        #expect(names(feed) == ["load", "wind"])
        #expect(row(feed) == [4, 3])
        try feed.send([1], inputs: ["wind": 5, "load": 6])
        #expect(row(feed) == [6, 5])
        #expect(feed.forecaster.counters.unknownInputs == 0)
    }

    @Test("one that is absent, null or too large to learn from is missing")
    func missing() throws {
        var feed = Feed()
        try feed.send([1], inputs: ["load": 2, "wind": 3])
        for (inputs, expected) in [
            (["wind": 5], [nil, 5]), (["load": .nan, "wind": 6], [nil, 6]), ([:], [nil, nil]),
            (["load": 1e200, "wind": 7], [nil, 7]),
        ] as [(KeyValuePairs<String, Double>, [Double?])] {
            let forecast = try feed.send([1], inputs: inputs)
            #expect(forecast?.channels[0].mean.isFinite == true)
            #expect(row(feed) == expected)
        }
        #expect(feed.forecaster.counters.missing == 0)
    }

    @Test("others are ignored and counted, whether it has some or none")
    func unknown() throws {
        var feed = Feed()
        try feed.send([1], inputs: ["load": 2])
        try feed.send([1], inputs: ["x": 3, "load": 4, "y": .nan])
        #expect(row(feed) == [4])
        #expect(feed.forecaster.counters.unknownInputs == 2)
        try feed.send([1], stream: "t")
        try feed.send([1], inputs: ["load": 2], stream: "t")
        #expect(names(feed, 1) == [])
        #expect(feed.forecaster.counters.unknownInputs == 3)
    }

    @Test("are those of its settings where these name some")
    func settings() throws {
        var feed = Feed(Self.configuration("wind", "load"))
        try feed.send([1], inputs: ["load": 2, "x": 3])
        #expect(names(feed) == ["wind", "load"])
        #expect(row(feed) == [nil, 2])
        #expect(feed.forecaster.counters.unknownInputs == 1)
        try feed.send([1], stream: "t")
        #expect(names(feed, 1) == ["wind", "load"])
    }

    @Test("stay as they are when a sample is late, a duplicate, or cannot be taken")
    func notTaken() throws {
        var feed = Feed()
        try feed.send([1], inputs: ["load": 2], time: 5_000_000_000)
        try feed.send([1], inputs: ["load": 3], time: 6_000_000_000)
        try feed.send([9], inputs: ["load": 8], time: 6_000_000_000)
        try feed.send([9], inputs: ["load": 7], time: 1_000_000_000)
        try feed.send([9, 9], inputs: ["load": 6], time: 7_000_000_000)
        #expect(row(feed) == [3])
        #expect(feed.forecaster.counters.late == 1 && feed.forecaster.counters.duplicates == 1)
        try feed.send([1], time: 8_000_000_000)
        #expect(row(feed) == [nil])
    }

    @Test("count with the values against the limit")
    func limit() throws {
        var limits = Limits()
        limits.valuesPerSample = 3
        var feed = Feed(limits: limits)
        #expect(try feed.send([1, 2], inputs: ["a": 1]) != nil)
        #expect(try feed.send([1, 2], inputs: ["a": 1, "b": 2]) == nil)
        #expect(feed.observation == .rejected(.tooManyValues))
    }

    @Test("are part of its state, without their newest values")
    func restored() throws {
        var feed = Feed()
        try feed.send([1], inputs: ["größe": 2, "load": 3])
        let state = try feed.snapshot()
        var other = Feed()
        #expect(try other.restore(state) == .exact(StreamIndex(position: 0)))
        #expect(names(other) == ["größe", "load"])
        try other.send([1], inputs: ["load": 4, "größe": 5])
        #expect(row(other) == [5, 4])

        var named = Feed(Self.configuration("load"))
        try named.restore(state)
        #expect(names(named) == ["load"])
        let renamed = try named.snapshot()
        var without = Feed()
        try without.restore(renamed)
        #expect(names(without) == ["load"])
    }

    @Test("follow a change of the settings, and stay when it names none")
    func changed() throws {
        var feed = Feed()
        try feed.send([1], inputs: ["load": 2])
        for (configuration, expected) in [
            (Self.configuration("wind", "load"), ["wind", "load"]),
            (Self.configuration(), ["wind", "load"]),
        ] {
            let rules = [ModelRule(configuration: configuration)]
            feed.forecaster.change(rules: rules, limits: Limits())
            try feed.send([1], inputs: ["load": 3])
            #expect(names(feed) == expected)
            #expect(row(feed) == [nil, 3])
        }
        feed.forecaster.reset(StreamIndex(position: 0))
        #expect(names(feed) == ["wind", "load"])
    }

    @Test("decide with which history a new stream begins")
    func warmStart() throws {
        var source = Feed()
        for value in noisySine(200, seed: 1) { try source.send([value], inputs: ["load": value]) }
        let model = stream(source)
        for (inputs, isWarm) in [
            (["load": 1], true), ([:], false), (["wind": 1], false), (["load": 1, "x": 1], false),
        ] as [(KeyValuePairs<String, Double>, Bool)] {
            var feed = Feed(rules: [ModelRule(warmStart: WarmStart(forAll: model))])
            try feed.send([1], inputs: inputs, stream: "t")
            let hasBegun = feed.channel().netParameters == model.channels[0].netParameters
            #expect(hasBegun == isWarm, "\(inputs)")
        }
    }

    @Test("come through the buffer that puts late samples in order")
    func reordered() throws {
        var buffer = ReorderBuffer(delayNanoseconds: 10, limits: Limits())
        var batch = SampleBatch()
        for (time, load) in [(100, 1.0), (130, 2), (125, 3), (200, 4)] {
            let name = try batch.addName(Array("s".utf8).span)
            batch.addValue(0)
            batch.addInput(load, name: try batch.addName(Array("load".utf8).span))
            batch.appendSample(
                name: name, nameHash: StreamName.hash(Array("s".utf8).span), time: Int64(time))
        }
        buffer.reorder(&batch)
        #expect(batch.samples.map(\.time) == [100, 125, 130])
        #expect(batch.samples.map { batch.inputValues[$0.inputs.lowerBound] } == [1, 3, 2])
        buffer.flush(into: &batch)
        #expect(batch.samples.map { batch.inputValues[$0.inputs.lowerBound] } == [4])
    }

    @Test("a state with a name that is none is refused")
    func badName() throws {
        var feed = Feed()
        try feed.send([1], inputs: ["load": 2])
        var state = try feed.snapshot()
        let name = Array("load".utf8)
        let place = try #require(state.indices.first { state[$0...].starts(with: name) })
        state[place] = 7
        #expect(throws: StateError.outOfRange(offset: place - 4)) { try feed.restore(state) }
    }
}
