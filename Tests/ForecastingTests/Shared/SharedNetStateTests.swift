import Forecasting
import Networks
import Series
import TestSupport
import Testing

/// What a checkpoint of one partition has.
private struct SavedPartition {
    var streams: [(name: [UInt8], state: [UInt8])] = []
    var nets: [(pattern: [UInt8], state: [UInt8])] = []
    let partition: Int

    /// All that there is at this moment.
    init(_ feed: borrowing Feed, partition: Int) {
        self.partition = partition
        copyNets(feed)
        for stream in feed.forecaster.allStreams {
            var state: [UInt8] = []
            feed.forecaster.snapshot(of: stream, into: &state)
            streams.append((feed.forecaster.name(of: stream), state))
        }
    }

    init(partition: Int) { self.partition = partition }

    mutating func copyNets(_ feed: borrowing Feed) {
        for net in feed.forecaster.nets(of: partition) {
            var state: [UInt8] = []
            feed.forecaster.snapshot(of: net, into: &state)
            nets.append((feed.forecaster.pattern(of: net), state))
        }
    }

    func restored(_ rules: [ModelRule]) throws -> Feed {
        var feed = Feed(rules: rules)
        for (index, stream) in streams.enumerated() {
            // Nets may come before, after or between their streams.
            if index == streams.count / 2 { try restoreNets(&feed) }
            let name = String(decoding: stream.name, as: UTF8.self)
            try feed.restore(stream.state, stream: name)
        }
        return feed
    }

    private func restoreNets(_ feed: inout Feed) throws {
        for net in nets {
            let isTaken = unsafe try feed.forecaster.restoreNet(
                pattern: net.pattern, partition: partition, from: net.state.span.bytes)
            try #require(isTaken)
        }
    }
}

@Suite("The state of shared nets")
struct SharedNetStateTests {
    private static let partition = 5
    private static let names = kin(10, partition: partition)
    private static let series = names.indices.map { noisySine(400, seed: UInt64(200 + $0)) }

    /// Sample after sample, stream after stream.
    private static func send(_ number: Int, to feed: inout Feed) throws -> [UInt64] {
        let stream = number % names.count
        let forecast = try feed.send(series[stream][number / names.count], stream: names[stream])
        return allBits(try #require(forecast))
    }

    private static var configurations: [ModelConfiguration] {
        var others = ModelConfiguration.shared(hidden: 5)
        others.cell = .lstm
        others.dropout = 0.2
        others.optimizer = .momentum
        others.window = 5
        return [.shared(), others]
    }

    @Test("goes on bit for bit, wherever it was saved", arguments: configurations)
    func restores(configuration: ModelConfiguration) throws {
        var original = Feed(configuration)
        var copies: [Successor] = []
        for number in 0..<1500 {
            let bits = try Self.send(number, to: &original)
            for copy in copies { try copy.check(number, bits) }
            guard [3, 170, 171, 176, 333, 1004, 1250].contains(number) else { continue }
            let saved = SavedPartition(original, partition: Self.partition)
            let restored = try saved.restored([ModelRule(configuration: configuration)])
            try compareNets(original, restored)
            copies.append(Successor(restored, Self.send))
        }
        #expect(original.forecaster.counters.updates > 50)
    }

    /// Every number that decides a later forecast. What lies behind the windows that wait is left
    /// over from earlier ones.
    private func compareNets(_ original: borrowing Feed, _ restored: borrowing Feed) throws {
        let (net, other) = (try original.net(), try restored.net())
        let (walk, same) = (NumberWalk(net), NumberWalk(other))
        try #require(walk.unread.isEmpty && walk.numbers.count == same.numbers.count)
        let leftOver = ["inputs", "targets", "weights", "states", "isChanged"]
        for (path, numbers) in walk.numbers where !leftOver.contains(path) {
            try #require(same.numbers[path] == numbers, "\(path)")
        }
    }

    @Test("a partition is copied as it was at one moment, while its streams go on")
    func copies() throws {
        let rules = [ModelRule(configuration: .shared())]
        var original = Feed(rules: rules)
        for number in 0..<455 { _ = try Self.send(number, to: &original) }
        original.forecaster.clearChanges()
        for number in 455..<1000 { _ = try Self.send(number, to: &original) }
        var saved = SavedPartition(partition: Self.partition)
        let expected = SavedPartition(original, partition: Self.partition)
        saved.copyNets(original)
        var streams = original.forecaster.beginCopy(of: Self.partition)
        #expect(streams.count == Self.names.count)
        // A copy, then samples of some streams, whether they have been copied or not.
        var number = 1000
        var bits: [[UInt64]] = []
        while let stream = streams.popLast() {
            let (copy, isNewest) = original.forecaster.copied(stream)
            #expect(isNewest != original.changed.contains(stream.position))
            var state: [UInt8] = []
            Forecaster.snapshot(of: copy, into: &state)
            saved.streams.append((copy.name, state))
            for _ in 0..<3 {
                bits.append(try Self.send(number, to: &original))
                number += 1
            }
        }
        for (name, state) in expected.streams {
            #expect(saved.streams.contains { $0.name == name && $0.state == state })
        }
        var restored = try saved.restored(rules)
        for (index, expected) in bits.enumerated() {
            try #require(try Self.send(1000 + index, to: &restored) == expected)
        }
    }

    @Test("who leaves or begins anew while a partition is copied is no trouble")
    func leaving() throws {
        var feed = Feed(ModelConfiguration.shared())
        for number in 0..<300 { _ = try Self.send(number, to: &feed) }
        let streams = feed.forecaster.beginCopy(of: Self.partition)
        feed.forecaster.remove(streams[0])
        feed.forecaster.reset(streams[1])
        let (old, isNewest) = feed.forecaster.copied(streams[1])
        #expect(!isNewest && old.sequence == 30)
        let (_, isThird) = feed.forecaster.copied(streams[2])
        #expect(isThird)
        let others = Set(streams[3...].map(\.position))
        #expect(others.union([streams[1].position]) == Set(feed.changed))
        // The place of the one that left is another's.
        try feed.send(1, stream: "other")
        #expect(feed.changed.contains(streams[0].position))
    }

    @Test("bytes that are no net change nothing")
    func damage() throws {
        var feed = Feed(ModelConfiguration.shared())
        for number in 0..<300 { _ = try Self.send(number, to: &feed) }
        let saved = SavedPartition(feed, partition: Self.partition)
        let bytes = saved.nets[0].state
        let before = try feed.net().parameters
        var generator = SplitMix64(seed: 6)
        for length in [0, 3, 8, 60, bytes.count - 1] + (0..<40).map({ _ in bytes.count }) {
            var damaged = Array(bytes[..<length])
            if length == bytes.count { damaged[Int.random(in: 0..<8, using: &generator)] ^= 0x40 }
            let isRefused = restores(damaged, into: &feed)
            try #require(isRefused, "\(length) bytes")
        }
        #expect(try feed.net().parameters == before)
    }

    private func restores(_ bytes: [UInt8], into feed: inout Feed) -> Bool {
        do throws(StateError) {
            _ = unsafe try feed.forecaster.restoreNet(
                pattern: Array("*".utf8), partition: Self.partition, from: bytes.span.bytes)
            return false
        } catch {
            return true
        }
    }

    @Test("other settings keep the net as far as they can")
    func settings() throws {
        var slower = ModelConfiguration.shared()
        slower.learningRate /= 2
        var larger = ModelConfiguration.shared()
        larger.hidden += 1
        var own = ModelConfiguration.shared()
        own.weights = .stream
        for (other, isKept) in [(slower, true), (larger, false), (own, false)] {
            var feed = Feed(ModelConfiguration.shared())
            for number in 0..<700 { _ = try Self.send(number, to: &feed) }
            let learned = try feed.net().parameters
            // Rules in front move the one that the nets are of.
            let rules = [ModelRule(pattern: "x"), ModelRule(configuration: other)]
            let saved = SavedPartition(feed, partition: Self.partition)
            feed.forecaster.change(rules: rules, limits: Limits())
            while !feed.forecaster.adaptNext(3) {}
            let lost = feed.forecaster.newestAdaptation.lost
            #expect(lost == (isKept ? [:] : ["recurrent": Self.names.count]))
            let net = feed.forecaster.net(of: feed.forecaster.allStreams[0])
            #expect((net?.parameters == learned) == isKept)
            #expect((net == nil) == (other.weights == .stream))
            // The same when it comes from the disk.
            if isKept {
                let restored = try saved.restored(rules)
                #expect(try restored.net().parameters == learned)
            }
            for number in 700..<900 { _ = try Self.send(number, to: &feed) }
        }
    }

    @Test("a hidden state of another net is of no use")
    func otherNet() throws {
        var feed = Feed(ModelConfiguration.shared())
        for number in 0..<700 { _ = try Self.send(number, to: &feed) }
        let saved = try feed.snapshot(of: Self.names[0])
        let first = Self.names[0]
        let other = kin(1, partition: 6)[0]
        try feed.restore(saved, stream: other)
        let stream = feed.forecaster.stream(feed.forecaster.allStreams.last!)
        let hidden = try #require(stream.tensors.first { $0.name.hasSuffix("hidden") })
        #expect(hidden.values.allSatisfy { $0 == 0 })
        // Under its own name it is as it was.
        try feed.restore(saved, stream: first)
        #expect(try feed.snapshot(of: first) == saved)
    }
}

/// A restored feed that must answer as the original one does.
private final class Successor {
    private var feed: Feed
    private let send: (Int, inout Feed) throws -> [UInt64]

    init(_ feed: consuming Feed, _ send: @escaping (Int, inout Feed) throws -> [UInt64]) {
        self.feed = feed
        self.send = send
    }

    func check(_ number: Int, _ bits: [UInt64]) throws {
        try #require(try send(number, &feed) == bits, "sample \(number)")
    }
}
