import Series
import TestSupport
import Testing
import Wire

/// Whatever arrives: samples or an error, within the limits, never a trap.
@Suite("Hostile input")
struct HostileTests {
    /// One decoder for a whole test, as in the daemon: what one message leaves behind must not
    /// harm the next.
    private struct Target: ~Copyable {
        private var decoder: Decoder
        private var forecasts = ForecastDecoder()
        private var batch = SampleBatch()
        private let limits: Limits
        private(set) var accepted = 0
        private(set) var refused = 0
        /// Everything that was read, so that nothing of it is optimised away.
        private(set) var digest: UInt64 = 0

        init(format: InputFormat, limits: Limits = Limits()) {
            self.limits = limits
            decoder = Decoder(format: format, limits: limits)
        }

        mutating func feed(_ message: [UInt8]) throws {
            do {
                try decoder.decode(topic: nil, payload: message.span, into: &batch)
                accepted += 1
                digest &+= UInt64(decoder.rejections.total)
            } catch {
                refused += 1
                digest = digest &* 31 &+ UInt64(error.reason.rawValue)
                try #require(batch.samples.isEmpty)
            }
            let samples = try Self.check(batch, limits)
            digest = digest &* 31 &+ samples
        }

        mutating func feedForecast(_ message: [UInt8]) {
            do {
                let read = try forecasts.decode(topic: message.span, payload: message.span)
                accepted += 1
                digest &+= UInt64(read.count)
            } catch {
                refused += 1
            }
        }

        /// The batch keeps its promises. Returns a digest of all of it.
        private static func check(_ batch: SampleBatch, _ limits: Limits) throws -> UInt64 {
            var digest: UInt64 = 0
            for sample in batch.samples {
                let name = batch.text.span.extracting(sample.name.range)
                let isNamed =
                    StreamName.fault(in: name) == nil && sample.nameHash == StreamName.hash(name)
                    && (sample.channelNames.map { $0.count == sample.values.count } ?? true)
                let numbers = sample.values.count + sample.inputs.count
                try #require(isNamed && !sample.values.isEmpty)
                try #require(numbers <= limits.valuesPerSample)
                for index in sample.inputs {
                    let name = batch.text.span.extracting(batch.inputNames[index].range)
                    try #require(StreamName.fault(in: name) == nil)
                    try #require(!batch.inputValues[index].isInfinite)
                    digest = digest &* 31 &+ batch.inputValues[index].bitPattern
                }
                for index in sample.values {
                    try #require(!batch.values[index].isInfinite)
                    digest = digest &* 31 &+ batch.values[index].bitPattern
                }
                digest = digest &* 31 &+ UInt64(bitPattern: sample.time ?? 1)
            }
            return digest
        }
    }

    @Test("every truncation of every example", arguments: InputFormat.allCases)
    func truncations(format: InputFormat) throws {
        var target = Target(format: format)
        for example in Examples.all {
            for count in 0..<example.count { try target.feed(Array(example[..<count])) }
        }
        #expect(target.accepted + target.refused > 1000)
        #expect(target.digest != 0)
    }

    @Test("no truncation of a document is read as a shorter one")
    func truncatedDocuments() throws {
        for example in Examples.json.map({ Array($0.utf8) }) + Examples.messagePack + [
            Examples.binary
        ] {
            for count in 0..<example.count {
                try #require(failure(Array(example[..<count])) != nil)
            }
        }
    }

    @Test("every byte of every example replaced by every other")
    func replacedBytes() throws {
        var target = Target(format: .auto)
        for example in Examples.all {
            var message = example
            for index in message.indices {
                let original = message[index]
                for change in 1...255 {
                    message[index] = original ^ UInt8(change)
                    try target.feed(message)
                }
                message[index] = original
            }
        }
        #expect(target.accepted + target.refused > 200_000)
        #expect(target.digest != 0)
    }

    @Test("every bit of every example flipped, in every format", arguments: InputFormat.allCases)
    func flippedBits(format: InputFormat) throws {
        var target = Target(format: format)
        for example in Examples.all {
            var message = example
            for index in message.indices {
                for bit in 0..<8 {
                    message[index] ^= 1 << bit
                    try target.feed(message)
                    message[index] ^= 1 << bit
                }
            }
        }
        #expect(target.accepted + target.refused > 8000)
        #expect(target.digest != 0)
    }

    @Test("a million random messages")
    func random() throws {
        let seed: UInt64 = 42
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        var target = Target(format: .auto)
        let examples = Examples.all
        var message: [UInt8] = []
        for round in 0..<1_000_000 {
            message.removeAll(keepingCapacity: true)
            switch round % 3 {
            case 0:
                // Bytes of any value behind a first byte that a parser takes.
                message.append([0x7b, 0x5b, 0x84, 0x93, 0xdc, 0xdf, 0x54][Int(random.next() % 7)])
                for _ in 0..<(random.next() % 40) { message.append(UInt8(random.next() % 256)) }
            case 1:
                // Bytes that JSON is made of.
                let alphabet = Array(#"{}[]",:0123456789.eE+-\tnvs NaInfuliy"#.utf8)
                message.append(random.next() % 2 == 0 ? 0x7b : 0x5b)
                for _ in 0..<(random.next() % 40) {
                    message.append(alphabet[Int(random.next() % UInt64(alphabet.count))])
                }
            default:
                // An example with a few bytes changed, taken out or put in.
                message += examples[Int(random.next() % UInt64(examples.count))]
                for _ in 0...(random.next() % 4) {
                    let index = Int(random.next() % UInt64(message.count))
                    switch random.next() % 3 {
                    case 0: message[index] = UInt8(random.next() % 256)
                    case 1 where message.count > 1: message.remove(at: index)
                    default: message.insert(UInt8(random.next() % 256), at: index)
                    }
                }
            }
            try target.feed(message)
        }
        #expect(target.accepted > 10_000)
        #expect(target.refused > 10_000)
        #expect(target.digest != 0)
    }

    @Test("mutilated forecasts never trap the reader")
    func forecasts() throws {
        let seed: UInt64 = 43
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        var target = Target(format: .auto)
        for format in OutputFormat.allCases {
            var encoder = Encoder(format: format)
            for _ in 0..<20 {
                var message: [UInt8] = []
                encoder.encode(EncoderTests.random(&random), into: &message)
                for index in message.indices {
                    target.feedForecast(Array(message[..<index]))
                    for _ in 0..<10 {
                        var changed = message
                        changed[index] = UInt8(random.next() % 256)
                        target.feedForecast(changed)
                    }
                }
            }
        }
        #expect(target.accepted > 1000 && target.refused > 1000)
    }

    @Test("deep nesting is refused, at any depth and size")
    func nesting() throws {
        for depth in [31, 32, 33, 1000, 100_000, 1_000_000] {
            for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
                let text = String(repeating: open, count: depth)
                let message = text + "1" + String(repeating: close, count: depth)
                if message.utf8.count <= Limits().messageBytes {
                    // simdjson counts the scalar's level too.
                    let isRefused = failure(message) == .tooDeep
                    #expect(isRefused == (depth > 31) || depth == 32, "\(depth) of \(open)")
                }
                #expect(failure(text) != nil)
            }
            var packed = [UInt8](repeating: 0x91, count: depth)
            packed.append(1)
            if depth > 32 { #expect(failure(packed) == .tooDeep) }
        }
        let inside = #"{"value":1,"x":"# + String(repeating: "[", count: 500)
        #expect(failure(inside + String(repeating: "]", count: 500) + "}") == .tooDeep)
    }

    @Test("large messages: many elements, good and bad, one long string, all escapes")
    func large() throws {
        var target = Target(format: .auto)
        for unit in ["1,", "[],", "{},", "NaN,", #""","#, #"{"v":1},"#, "[1,2],"] {
            let list = String(repeating: unit, count: 10_000) + "1"
            try target.feed(Array("[\(list)]".utf8))
            try target.feed(Array(#"{"dt":1,"values":[\#(list)]}"#.utf8))
            try target.feed(Array(#"{"samples":[\#(list)]}"#.utf8))
            try target.feed(Array(#"{"value":[\#(list)]}"#.utf8))
        }
        let size = Limits().messageBytes
        let values = String(repeating: "1,", count: size / 2 - 20) + "1"
        try target.feed(Array(#"{"dt":1,"values":[\#(values)]}"#.utf8))
        let escapes = String(repeating: #"\u00e9"#, count: size / 6 - 10)
        try target.feed(Array(#"{"n":"\#(escapes)"}"#.utf8))
        try target.feed([UInt8](repeating: 0x22, count: size))
        try target.feed([UInt8](repeating: 0x20, count: size))
        try target.feed([0xdc, 0xff, 0xff] + [UInt8](repeating: 0x90, count: 0xffff))
        try target.feed([0xdc, 0xff, 0xff] + [UInt8](repeating: 0x80, count: 0xffff))
        #expect(target.accepted > 10)
        // And a small message after the large ones.
        try target.feed(Array(#"{"value":1}"#.utf8))
        #expect(target.digest != 0)
    }
}
