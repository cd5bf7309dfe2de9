import Forecasting
import Series
import TestSupport
import Testing

/// Bytes that are not what was written: a typed error, or a stream that works. Never a trap.
@Suite("A damaged state")
struct DamageTests {
    /// Small enough that every byte can be damaged.
    private static var small: ModelConfiguration {
        var configuration = ModelConfiguration(cell: .elman)
        configuration.experts = [.ar2, .recurrent]
        (configuration.hidden, configuration.window) = (2, 3)
        return configuration
    }

    /// In the middle of most things: suspects wait, a shift is being refined, samples were late.
    private static func saved(_ configuration: ModelConfiguration) throws -> [UInt8] {
        var values = noisySine(150, seed: 31)
        for index in 130..<150 { values[index] += 10 }
        values[148] += 100
        values[149] += 100
        values[100] = .nan
        var feed = Feed(configuration)
        for (index, value) in values.enumerated() {
            try feed.send([value], inputs: ["load": 1], time: Int64(index) * 1_000_000_000)
        }
        for index in 0..<3 { try feed.send(1, time: 50_000_000_000 + Int64(index)) }
        return try feed.snapshot()
    }

    /// Whether it is refused. What is not refused is used.
    private func isRefused(
        _ bytes: [UInt8], _ configuration: ModelConfiguration, _ place: String
    ) throws -> Bool {
        var feed = Feed(configuration)
        do {
            try feed.restore(bytes)
        } catch {
            try #require(error is StateError)
            try #require(feed.forecaster.streamCount == 0)
            return true
        }
        var values = noisySine(24, seed: 32)
        (values[3], values[9], values[15], values[16], values[17]) = (.nan, 1e6, 50, 51, 50)
        for (index, value) in values.enumerated() {
            let forecast = try feed.send(value, time: Int64(150 + index) * 1_000_000_000)
            guard let channel = forecast?.channels[0] else { continue }
            try #require(!channel.mean.isNaN, "\(place)")
        }
        _ = try feed.snapshot()
        return false
    }

    @Test("cut off anywhere is refused")
    func truncated() throws {
        let bytes = try Self.saved(Self.small)
        for count in bytes.indices {
            let isRefused = try isRefused(Array(bytes[..<count]), Self.small, "\(count)")
            try #require(isRefused, "\(count) of \(bytes.count) bytes")
        }
        let large = try Self.saved(ModelConfiguration())
        for count in stride(from: 0, to: large.count, by: 997) {
            let isRefused = try isRefused(Array(large[..<count]), ModelConfiguration(), "\(count)")
            try #require(isRefused, "\(count) of \(large.count) bytes")
        }
    }

    @Test("samples that wait with errors beyond all that can be are refused")
    func waiting() throws {
        var feed = Feed(ModelConfiguration())
        for (index, value) in noisySine(151, seed: 31).enumerated() {
            try feed.send(value, time: Int64(index) * 1_000_000_000)
        }
        let bytes = try feed.snapshot()
        let walk = NumberWalk(feed.forecaster.stream(StreamIndex(position: 0)))
        let path = "channels[0].experts.full.linear.regression.blockErrors"
        let error = try #require(walk.numbers[path]?.first)
        let pattern = (0..<8).map { UInt8(truncatingIfNeeded: error >> (8 * $0)) }
        let place = try #require(
            bytes.indices.dropLast(7).first { Array(bytes[$0..<$0 + 8]) == pattern })
        for huge in [1e101, -.greatestFiniteMagnitude] {
            var damaged = bytes
            for byte in 0..<8 {
                damaged[place + byte] = UInt8(
                    truncatingIfNeeded: huge.bitPattern >> UInt64(8 * byte))
            }
            let isRefused = try isRefused(damaged, ModelConfiguration(), "\(huge)")
            #expect(isRefused)
        }
    }

    @Test("and one that goes on is refused")
    func trailing() throws {
        let bytes = try Self.saved(Self.small)
        var feed = Feed(Self.small)
        #expect(throws: StateError.trailingBytes(count: 1)) { try feed.restore(bytes + [0]) }
        #expect(throws: StateError.trailingBytes(count: bytes.count)) {
            try feed.restore(bytes + bytes)
        }
    }

    @Test("with flipped bits is refused or works", arguments: [true, false])
    func flipped(isSmall: Bool) throws {
        let configuration = isSmall ? Self.small : ModelConfiguration()
        let bytes = try Self.saved(configuration)
        var generator = SplitMix64(seed: 33)
        var refused = 0
        let count = isSmall ? 6000 : 600
        for round in 0..<count {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                // In a large state most bytes are weights.
                let end = round % 2 == 0 ? bytes.count : min(400, bytes.count)
                let place = Int.random(in: 0..<end, using: &generator)
                damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
            if try isRefused(damaged, configuration, "seed 33, round \(round)") { refused += 1 }
        }
        #expect(refused > count / 10 && refused < count)
    }

    @Test("with extreme numbers anywhere is refused or works")
    func extreme() throws {
        let bytes = try Self.saved(Self.small)
        let words: [UInt64] = [
            0, 1, 4095, 4096, 1 << 31, 1 << 53, .max, UInt64(Int64.max), 1 << 63,
            Double.greatestFiniteMagnitude.bitPattern, Double.leastNonzeroMagnitude.bitPattern,
            (-Double.greatestFiniteMagnitude).bitPattern, Double.infinity.bitPattern,
        ]
        for place in 0...(bytes.count - 8) {
            let word = words[place % words.count]
            var damaged = bytes
            for byte in 0..<8 {
                damaged[place + byte] = UInt8(truncatingIfNeeded: word >> (8 * UInt64(byte)))
            }
            _ = try isRefused(damaged, Self.small, "\(word) at \(place)")
        }
    }

    @Test("sums that are not finite, and gaps without end, are refused where they lie")
    func bounds() throws {
        var configuration = Self.small
        configuration.horizon = 3
        var feed = Feed(configuration)
        for (index, value) in noisySine(60, seed: 34).enumerated() {
            try feed.send([value], inputs: ["load": index % 7 == 0 ? value : .nan])
        }
        let bytes = try feed.snapshot()
        let numbers = NumberWalk(feed.forecaster.stream(StreamIndex(position: 0))).numbers
        let infinity = Double.infinity
        for (path, bad) in [
            ("channels[0].path.scales[1].loop.products", [.nan, infinity, -infinity]),
            ("channels[0].path.scales[2].loop.squares", [.nan, infinity, -1]),
            ("inputs[0].usualGap", [.nan, infinity, -1, 1e18, .greatestFiniteMagnitude]),
        ] {
            let pattern = try #require(numbers[path]?.first, "\(path)")
            let places = (0...bytes.count - 8).filter { Self.word(bytes, at: $0) == pattern }
            let place = try #require(places.count == 1 ? places[0] : nil, "\(path)")
            for number in bad {
                var damaged = bytes
                for byte in 0..<8 {
                    damaged[place + byte] = UInt8(
                        truncatingIfNeeded: number.bitPattern >> (8 * UInt64(byte)))
                }
                var other = Feed(configuration)
                #expect(throws: StateError.outOfRange(offset: place), "\(path) = \(number)") {
                    try other.restore(damaged)
                }
            }
        }
    }

    private static func word(_ bytes: [UInt8], at place: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) }
    }

    @Test("that is none, or of a later format, is refused by name")
    func head() throws {
        var bytes = try Self.saved(Self.small)
        var feed = Feed(Self.small)
        #expect(throws: StateError.truncated(needed: 1, got: 0)) { try feed.restore([]) }
        #expect(throws: StateError.wrongMagic) { try feed.restore(Array("SQLite format".utf8)) }
        let next = Forecaster.stateFormat + 1
        bytes[4] = UInt8(next)
        #expect(throws: StateError.newerFormat(next)) { try feed.restore(bytes) }
        bytes[4] = 0
        #expect(throws: StateError.outOfRange(offset: 4)) { try feed.restore(bytes) }
        #expect(feed.forecaster.streamCount == 0)
        #expect(
            "\(StateError.newerFormat(next))" == "format \(next) is newer than this program, which "
                + "reads up to \(next - 1): start the newer version, or reset the stream")
    }

    @Test("promises nothing that takes memory: a net as large as can be, cut off")
    func enormous() throws {
        var large = ModelConfiguration(cell: .lstmPeephole)
        (large.hidden, large.window) = (512, 1024)
        var source = Feed(large)
        try source.send([1, 2, 3])
        let head = Array(try source.snapshot()[..<2000])
        var feed = Feed()
        #expect(throws: StateError.self) { try feed.restore(head) }
        // The number of channels is the first that a stream of two has another one of.
        let bytes = try Self.saved(Self.small)
        var double = Feed(Self.small)
        try double.send([1, 2], inputs: ["load": 1])
        let other = try double.snapshot()
        let count = try #require(bytes.indices.first { bytes[$0] != other[$0] })
        try #require(bytes[count] == 1 && other[count] == 2)
        for (byte, error) in [
            (UInt8(65), StateError.tooManyChannels(count: 65, limit: 64)),
            (0, .wrongShape(expected: 1, got: 0)),
        ] {
            var damaged = bytes
            damaged[count] = byte
            var feed = Feed(Self.small)
            #expect(throws: error) { try feed.restore(damaged) }
        }
    }
}

@Suite("Restoring")
struct RestoringTests {
    @Test("a stream too many, or under an impossible name, is refused, a known one is not")
    func limits() throws {
        var limits = Limits()
        limits.maxStreams = 1
        var feed = Feed(limits: limits)
        try feed.send(1, stream: "a")
        let bytes = try feed.snapshot(of: "a")
        #expect(throws: StateError.tooManyStreams) { try feed.restore(bytes, stream: "b") }
        #expect(throws: StateError.invalidName) { try feed.restore(bytes, stream: "") }
        #expect(throws: StateError.invalidName) { try feed.restore(bytes, stream: "a\u{7}") }
        #expect(try feed.restore(bytes, stream: "a") == .exact(StreamIndex(position: 0)))
        limits.maxStreams = 2
        limits.valuesPerSample = 2
        var wide = Feed()
        try wide.send([1, 2, 3])
        let state = try wide.snapshot()
        var narrow = Feed(limits: limits)
        #expect(throws: StateError.tooManyChannels(count: 3, limit: 2)) {
            try narrow.restore(state)
        }
    }

    @Test("marks what differs from its last snapshot")
    func changed() throws {
        var feed = Feed()
        for stream in ["a", "b", "c"] { try feed.send(1, stream: stream) }
        let all = (0..<3).map { StreamIndex(position: $0) }
        #expect(feed.changed == [0, 1, 2])
        feed.forecaster.clearChange(of: all[1])
        #expect(feed.changed == [0, 2])
        for index in all {
            let hasChanged = feed.forecaster.hasChanged(index)
            #expect(hasChanged == (index.position != 1))
        }
        feed.forecaster.clearChanges()
        #expect(feed.changed.isEmpty)
        try feed.send(.nan, stream: "b")
        #expect(feed.changed == [1])
        feed.forecaster.clearChanges()
        // A snapshot alone changes nothing, nor does restoring one.
        let bytes = try feed.snapshot(of: "b")
        try feed.restore(bytes, stream: "b")
        try feed.restore(bytes, stream: "d")
        #expect(feed.changed.isEmpty)
        feed.forecaster.train(all[0])
        #expect(feed.changed == [0])
    }

    @Test("twice is restoring once, and appends to what the snapshot's bytes hold")
    func twice() throws {
        var feed = Feed()
        for value in noisySine(100, seed: 1) { try feed.send(value) }
        let state = try feed.snapshot()
        var other = Feed()
        try other.restore(state)
        try other.restore(state)
        #expect(other.forecaster.streamCount == 1)
        #expect(try other.snapshot() == state)
        var bytes: [UInt8] = [1, 2, 3]
        other.forecaster.snapshot(of: StreamIndex(position: 0), into: &bytes)
        #expect(bytes == [1, 2, 3] + state)
    }
}
