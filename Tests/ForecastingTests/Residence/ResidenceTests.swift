import Forecasting
import Series
import TestSupport
import Testing

/// A forecaster with a store behind it, as the daemon has one.
struct StoringFeed: ~Copyable {
    var feed: Feed
    /// The states of the streams that have left, by name.
    private(set) var store: [String: [UInt8]] = [:]
    private(set) var evicted: [String] = []

    init(rules: [ModelRule], limits: Limits) {
        feed = Feed(rules: rules, limits: limits)
        feed.forecaster.hasStore = true
    }

    /// Sends a sample, and does what it needs.
    mutating func send(_ value: Double, stream: String) throws -> Forecast? {
        var forecast = try feed.send(value, stream: stream)
        while case .needs(let need) = feed.observation {
            let name = Array(stream.utf8)
            switch need {
            case .room: evictIdlest(.newcomer)
            case .state:
                guard let state = store[stream] else {
                    feed.forecaster.noteAbsent(name.span)
                    break
                }
                while !(try restore(state, stream)) { evictIdlest(.returning) }
                feed.forecaster.forgetStored(name.span)
                store[stream] = nil
            }
            forecast = try feed.send(value, stream: stream)
        }
        return forecast
    }

    private mutating func restore(_ state: [UInt8], _ stream: String) throws -> Bool {
        do {
            try feed.restore(state, stream: stream)
            return true
        } catch StateError.tooManyStreams {
            return false
        }
    }

    private mutating func evictIdlest(_ reason: Forecaster.Eviction) {
        guard let idlest = feed.forecaster.idlest else { preconditionFailure("nobody to evict") }
        let name = String(decoding: feed.forecaster.stream(idlest).name, as: UTF8.self)
        var state: [UInt8] = []
        feed.forecaster.snapshot(of: idlest, into: &state)
        store[name] = state
        evicted.append(name)
        feed.forecaster.evict(idlest, for: reason)
    }

    mutating func forgetState(of stream: String) { store[stream] = nil }

    var names: Set<String> {
        Set(
            feed.forecaster.allStreams.map {
                String(decoding: feed.forecaster.stream($0).name, as: UTF8.self)
            })
    }
}

@Suite("Streams in memory")
struct ResidenceTests {
    private static func limits(streams: Int) -> Limits {
        var limits = Limits()
        limits.maxStreams = streams
        return limits
    }

    /// Cheap, and with everything that a state has.
    private static let small: ModelConfiguration = {
        var configuration = ModelConfiguration(cell: .elman)
        configuration.experts = [.ar2, .recurrent]
        (configuration.hidden, configuration.window) = (2, 3)
        return configuration
    }()

    private static func feed(_ streams: Int) -> StoringFeed {
        StoringFeed(rules: [ModelRule(configuration: small)], limits: limits(streams: streams))
    }

    @Test("without a store nobody leaves")
    func withoutStore() throws {
        var feed = Feed(Self.small, limits: Self.limits(streams: 2))
        for _ in 0..<10 {
            for stream in ["a", "b", "c"] { try feed.send(1, stream: stream) }
        }
        #expect(feed.observation == .rejected(.tooManyStreams))
        #expect(feed.forecaster.counters[.tooManyStreams] == 10)
        #expect(feed.forecaster.counters[.newcomer] == 0)
    }

    @Test("a new name gets the room of the longest idle stream when it comes the third time")
    func thirdTime() throws {
        var feed = Self.feed(2)
        for stream in ["a", "b", "a"] { #expect(try feed.send(1, stream: stream) != nil) }
        #expect(try feed.send(1, stream: "c") == nil)
        #expect(try feed.send(1, stream: "c") == nil)
        #expect(feed.feed.observation == .rejected(.tooManyStreams))
        #expect(try feed.send(1, stream: "c")?.sequence == 1)
        #expect(feed.evicted == ["b"])
        #expect(feed.names == ["a", "c"])
        #expect(feed.feed.forecaster.counters[.newcomer] == 1)
        #expect(feed.feed.forecaster.counters[.tooManyStreams] == 2)
        #expect(feed.feed.forecaster.counters.samples == 6)
    }

    @Test("a stream that has had a sample since then is not idle")
    func notIdle() throws {
        var feed = Self.feed(2)
        for _ in 0..<50 {
            #expect(try feed.send(1, stream: "a") != nil)
            #expect(try feed.send(1, stream: "b") != nil)
            #expect(try feed.send(1, stream: "c") == nil)
        }
        #expect(feed.evicted.isEmpty)
        // Only what came after the last sample of "a" counts.
        #expect(try feed.send(1, stream: "c") == nil)
        #expect(try feed.send(1, stream: "c") != nil)
        #expect(feed.evicted == ["a"])
    }

    @Test("one that has left comes back with its next sample, as it was")
    func comesBack() throws {
        var feed = Self.feed(2)
        var alone = Feed(Self.small)
        for value in noisySine(90, seed: 1) {
            try alone.send(value)
            #expect(try feed.send(value, stream: "s") != nil)
        }
        for stream in ["b", "c"] { for _ in 0..<3 { _ = try feed.send(1, stream: stream) } }
        #expect(feed.names == ["b", "c"])
        for value in noisySine(50, seed: 2) {
            try alone.send(value)
            let forecast = try #require(try feed.send(value, stream: "s"))
            try #require(allBits(forecast) == allBits(alone.forecast))
        }
        #expect(feed.evicted == ["s", "b"])
        #expect(feed.feed.forecaster.counters[.returning] == 1)
        // When its state is gone it begins anew, as any new name.
        feed.forgetState(of: "b")
        #expect(try feed.send(1, stream: "b") == nil)
        #expect(try feed.send(1, stream: "b") == nil)
        #expect(try feed.send(1, stream: "b")?.sequence == 1)
    }

    @Test("two names with one hash are two streams, in memory and in the store")
    func collision() throws {
        let (first, second) = ("8yn0iYCKYHlIj4-BwPqk", "GReLUrM4wMqfg9yzV3KQ")
        #expect(StreamName.hash(Array(first.utf8).span) == StreamName.hash(Array(second.utf8).span))
        var feed = Self.feed(2)
        var firstAlone = Feed(Self.small)
        var secondAlone = Feed(Self.small)
        func pushOut() throws {
            for stream in ["b", "c"] { for _ in 0..<3 { _ = try feed.send(1, stream: stream) } }
        }
        func send(_ count: Int, _ stream: String, seed: UInt64) throws {
            for value in noisySine(count, seed: seed) {
                let forecast = try #require(try feed.send(value, stream: stream))
                if stream == first {
                    try firstAlone.send(value, stream: stream)
                    try #require(allBits(forecast) == allBits(firstAlone.forecast))
                } else {
                    try secondAlone.send(value, stream: stream)
                    try #require(allBits(forecast) == allBits(secondAlone.forecast))
                }
            }
        }
        try send(40, first, seed: 1)
        try pushOut()
        #expect(feed.store.keys.sorted() == [first])
        // A new stream that the store does not know, though it knows the hash.
        #expect(try feed.send(0, stream: second) == nil)
        #expect(try feed.send(0, stream: second) == nil)
        try send(40, second, seed: 2)
        for round in 0..<5 as Range<UInt64> {
            try pushOut()
            #expect(feed.store.keys.sorted() == [first, second])
            // One comes back, which says nothing of the other.
            try send(10, round % 2 == 0 ? first : second, seed: 3 + round)
            try send(10, round % 2 == 0 ? second : first, seed: 9 + round)
        }
    }

    @Test(
        "whoever is in memory is who should be, whatever comes", arguments: [1, 2, 3] as [UInt64])
    func asTheModelSays(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var feed = Self.feed(8)
        var alone: [String: [UInt64]] = [:]
        var samples: [String: [Double]] = [:]
        // What should be: names from the longest idle to the newest, and the last times of each.
        var resident: [(name: String, seen: Int)] = []
        var stored: Set<String> = []
        var times: [String: [Int]] = [:]
        for time in 1...12_000 {
            let range = time % 3000 < 1500 ? 12 : 40
            let number = min(
                Int.random(in: 0..<range, using: &generator), .random(in: 0..<40, using: &generator)
            )
            let name = "n\(number)"
            let value = generator.normal()
            let forecast = try feed.send(value, stream: name)
            if let index = resident.firstIndex(where: { $0.name == name }) {
                resident.remove(at: index)
                resident.append((name, time))
            } else if stored.remove(name) != nil || resident.count < 8 {
                if resident.count == 8 { stored.insert(resident.removeFirst().name) }
                resident.append((name, time))
            } else {
                let last = Array(((times[name] ?? []) + [time]).suffix(3))
                times[name] = last
                if last.count == 3, last[0] > resident[0].seen {
                    stored.insert(resident.removeFirst().name)
                    resident.append((name, time))
                }
            }
            try #require((forecast != nil) == (resident.last?.seen == time), "at \(time)")
            try #require(feed.names == Set(resident.map(\.name)), "at \(time)")
            if let forecast {
                samples[name, default: []].append(value)
                alone[name] = allBits(forecast)
            }
        }
        #expect(feed.evicted.count > 500 && feed.store.count == stored.count)
        for (name, values) in samples {
            var own = Feed(Self.small)
            for value in values { try own.send(value, stream: name) }
            #expect(allBits(own.forecast) == alone[name], "\(name)")
        }
    }

    @Test("a million names cost nothing, and the streams in use do not notice them")
    func flood() throws {
        var flooding = ModelConfiguration(cell: .none)
        flooding.experts = []
        let rules = [
            ModelRule(pattern: "hot*"), ModelRule(pattern: "*", configuration: flooding),
        ]
        let series = (0..<100).map { noisySine(101, seed: UInt64($0)) }
        var calm = StoringFeed(rules: rules, limits: Self.limits(streams: 1000))
        var flooded = StoringFeed(rules: rules, limits: Self.limits(streams: 1000))
        var names = 0
        for index in 0...100 {
            for stream in 0..<100 {
                let value = series[stream][index]
                let forecast = try #require(try calm.send(value, stream: "hot\(stream)"))
                let other = try #require(try flooded.send(value, stream: "hot\(stream)"))
                try #require(allBits(forecast) == allBits(other))
                // The streams in use come first.
                for _ in 0..<100 where index > 0 {
                    // Every thousandth name does not give up.
                    let times = names % 1000 == 999 ? 3 : 1
                    for _ in 0..<times { _ = try flooded.send(1, stream: "flood\(names)") }
                    names += 1
                }
            }
        }
        #expect(names == 1_000_000)
        #expect(flooded.names.filter { $0.hasPrefix("hot") }.count == 100)
        #expect(flooded.names.count == 1000)
        let counters = flooded.feed.forecaster.counters
        // At first some of those in use are the longest idle ones; they come back.
        #expect(counters[.newcomer] == 1000 && counters[.returning] < 200)
        #expect(UInt64(flooded.evicted.count) == 1000 + counters[.returning])
        #expect(counters[.tooManyStreams] == 1_000_000 - 900 - 1000 + 2000)
        #expect(counters.forecasts == 10_100 + 900 + 1000)
    }

    @Test("indices are used again, and streams that left are gone from every list")
    func indices() throws {
        var feed = Self.feed(3)
        for stream in ["a", "b", "c"] { _ = try feed.send(1, stream: stream) }
        for _ in 0..<3 { _ = try feed.send(1, stream: "d") }
        #expect(feed.feed.forecaster.streamCount == 3)
        #expect(feed.feed.forecaster.allStreams.map(\.position) == [0, 1, 2])
        #expect(feed.names == ["b", "c", "d"])
        let name = Array("d".utf8)
        let index = feed.feed.index(of: name)
        #expect(index == 0)
        feed.feed.forecaster.clearChanges()
        feed.feed.forecaster.remove(StreamIndex(position: 1))
        #expect(feed.feed.changed.isEmpty)
        #expect(feed.feed.forecaster.allStreams.map(\.position) == [0, 2])
        #expect(feed.feed.forecaster.streamCount == 2)
        // Removed for good: no state of it is asked for.
        #expect(try feed.send(1, stream: "b")?.sequence == 1)
        #expect(feed.feed.changed == [1])
        for position in 0..<3 { feed.feed.forecaster.remove(StreamIndex(position: position)) }
        #expect(feed.feed.forecaster.idlest == nil)
        #expect(feed.feed.forecaster.memoryBytes == 0)
    }

    @Test("limits.memory bounds them as limits.max_streams does")
    func memory() throws {
        var limits = Limits()
        let bytes = Forecaster.bytes(of: Self.small)
        limits.memoryBytes = 3 * bytes + bytes / 2
        var feed = StoringFeed(rules: [ModelRule(configuration: Self.small)], limits: limits)
        for stream in ["a", "b", "c", "d", "d"] { _ = try feed.send(1, stream: stream) }
        #expect(feed.feed.observation == .rejected(.memoryFull))
        #expect(feed.feed.forecaster.memoryBytes == 3 * bytes)
        _ = try feed.send(1, stream: "d")
        #expect(feed.names == ["b", "c", "d"])
        #expect(feed.feed.forecaster.memoryBytes == 3 * bytes)
        _ = try feed.send(1, stream: "a")
        #expect(feed.names == ["c", "d", "a"])
        #expect(feed.feed.forecaster.counters[.memoryFull] == 2)
    }

    @Test("one that is larger than the rest makes as many leave as it takes")
    func large() throws {
        var limits = Limits()
        let rules = [
            ModelRule(pattern: "large"), ModelRule(pattern: "*", configuration: Self.small),
        ]
        let (large, small) = (
            Forecaster.bytes(of: ModelConfiguration()), Forecaster.bytes(of: Self.small)
        )
        limits.memoryBytes = large + small
        let count = limits.memoryBytes / small
        var feed = StoringFeed(rules: rules, limits: limits)
        for index in 0..<count { _ = try feed.send(1, stream: "s\(index)") }
        for _ in 0..<3 { _ = try feed.send(1, stream: "large") }
        #expect(feed.names == ["large", "s\(count - 1)"])
        #expect(feed.feed.forecaster.memoryBytes == large + small)
        // A stream that is larger than all of the limit is held alone.
        limits.memoryBytes = 1000
        var tight = StoringFeed(rules: rules, limits: limits)
        #expect(try tight.send(1, stream: "large") != nil)
        #expect(try tight.send(1, stream: "s") == nil)
    }

    @Test("what a stream takes is known beforehand", arguments: ModelConfiguration.Cell.allCases)
    func estimate(cell: ModelConfiguration.Cell) throws {
        for (channels, hidden, inputs) in [(1, 24, 0), (3, 5, 0), (1, 64, 0), (1, 24, 1)] {
            var configuration = ModelConfiguration(cell: cell)
            configuration.hidden = hidden
            var feed = Feed(configuration)
            for value in noisySine(40, seed: 1) {
                try feed.send(
                    Array(repeating: value, count: channels),
                    inputs: inputs == 0 ? [:] : ["load": value])
            }
            let stream = feed.forecaster.stream(StreamIndex(position: 0))
            let arrays = NumberWalk(stream).arrayBytes
            let estimate = Forecaster.bytes(
                of: configuration, channels: channels, inputs: inputs)
            #expect(estimate == feed.forecaster.memoryBytes)
            #expect(estimate > arrays)
            #expect(Double(estimate) < 1.08 * Double(arrays), "\(cell) \(channels) \(hidden)")
        }
    }

    @Test("names leave the table, and the others are still found", arguments: [true, false])
    func table(isCrowded: Bool) throws {
        var generator = SplitMix64(seed: 4)
        var table = StreamTable()
        var indices: [String: Int] = [:]
        func hash(_ name: [UInt8]) -> UInt64 {
            isCrowded ? StreamName.hash(name.span) % 7 : StreamName.hash(name.span)
        }
        for _ in 0..<5000 {
            let text = "s\(Int.random(in: 0..<120, using: &generator))"
            let name = Array(text.utf8)
            let found = table.index(of: name.span, hash: hash(name))
            try #require(found == indices[text])
            if let found {
                table.remove(at: found)
                indices[text] = nil
            } else {
                let index = table.insert(name, hash: hash(name))
                try #require(!indices.values.contains(index) && index <= 120)
                indices[text] = index
            }
            try #require(table.count == indices.count)
        }
    }
}
