import Series
import Testing
import Wire

@Suite("MessagePack input")
struct MessagePackInputTests {
    private let time: Int64 = 1_763_692_800_123_000_000

    @Test("what Python's msgpack writes gives the same samples as JSON")
    func python() throws {
        let examples = Examples.messagePack
        #expect(try decode(examples[0]) == [DecodedSample("s1", time, [21.5371])])
        #expect(try decode(examples[1]) == [DecodedSample("s1", 1_763_692_800_000_000_000, [21.5])])
        #expect(
            try decode(examples[2]) == [
                DecodedSample("m", 1_763_692_800_123_456_789, [1, 2], channels: ["temp", "rpm"])
            ])
        #expect(try decode(examples[3]) == decode(Examples.json[2]))
        #expect(try decode(examples[4]) == decode(Examples.json[3]))
        #expect(
            try decode(examples[5])
                == [DecodedSample("a", nil, [1]), DecodedSample("b", nil, [-2.5])])
        #expect(try decode(examples[8]) == decode(Examples.json[5]))
        #expect(try decode(examples[9])[0].stream == String(repeating: "x", count: 40))
    }

    @Test("timestamps of the extension type, binary strings and NaN are understood")
    func extras() throws {
        #expect(
            try decode(Examples.messagePack[6], topic: "t")
                == [DecodedSample("t", 1_763_692_800_123_456_000, [1])])
        #expect(try decode(Examples.messagePack[7]) == [DecodedSample("s1", nil, [nil])])
        let before1970 = "82a176 01 a27473 c70cff 1dcd6500 fffffffffffffffe"
        #expect(try decode(bytes(hex: before1970))[0].time == -1_500_000_000)
        #expect(try decode(bytes(hex: "82a176 01 a27473 d6ff 00000007"))[0].time == 7_000_000_000)
        #expect(failure(bytes(hex: "82a176 01 a27473 d605 00000007")) == .time(.notATime))
        // A key that is an array, and one that is a number.
        #expect(try decode(bytes(hex: "83 92 01 a176 09 05 06 a176 02"))[0].values == [2])
        // 2^63 as an unsigned integer.
        #expect(try decode(bytes(hex: "81a176 cf8000000000000000"))[0].values == [0x1p63])
    }

    @Test("a name that is not UTF-8 is refused")
    func invalidUTF8() {
        #expect(failure(bytes(hex: "82 a16e a2ff41 a176 01")) == .streamName(.notUTF8))
    }

    @Test("counts beyond the message are refused before anything is reserved")
    func hugeCounts() {
        for hex in [
            "dd ffffffff", "df ffffffff", "dd 7fffffff 01", "df 80000000 a176 01", "dc ffff 01 02",
            "81a176 dd 10000000", "81a176 db ffffffff 41", "81a176 c9 ffffffff 05",
            // The count is refused before the invalid byte behind it is seen.
            "dd 7fffffff c1", "81a176 df 00000004 c1",
        ] {
            #expect(failure(bytes(hex: hex)) == .messagePack(.truncated), "\(hex)")
        }
    }

    @Test("invalid bytes, trailing bytes, truncation and depth each have their error")
    func faults() {
        #expect(failure(bytes(hex: "81a176 c1")) == .messagePack(.invalidByte))
        #expect(failure(bytes(hex: "81a17601 00")) == .messagePack(.trailingBytes))
        #expect(failure(bytes(hex: "81a176")) == .messagePack(.truncated))
        let nested = Array(repeating: UInt8(0x91), count: 100) + [0x01]
        #expect(failure(nested) == .tooDeep)
        #expect(failure(bytes(hex: "07"), format: .messagePack) == .shape)
    }
}

@Suite("TSB1, raw numbers and text")
struct NumericInputTests {
    @Test("the example of the design: three samples, 10 ms apart")
    func design() throws {
        #expect(
            try decode(Examples.binary, topic: "s1") == [
                DecodedSample("s1", 1_763_692_800_123_000_000, [0x1.5897f62b6ae7dp4]),
                DecodedSample("s1", 1_763_692_800_133_000_000, [0x1.58a4a8c154c98p4]),
                DecodedSample("s1", 1_763_692_800_143_000_000, [0x1.58b15b573eab3p4]),
            ])
        #expect(try decode(Examples.binary)[0].values == [21.5371])
    }

    @Test("32-bit rows of two channels with a column of times")
    func timesColumn() throws {
        #expect(
            try decode(Examples.binaryWithTimes, topic: "m") == [
                DecodedSample("m", 1_763_692_800_123_000_000, [1, nil]),
                DecodedSample("m", 1_763_692_800_123_456_789, [2, nil]),
            ])
    }

    @Test("a batch without start and step has no times")
    func withoutTimes() throws {
        var header = BinaryHeader()
        header.count = 1
        var message: [UInt8] = []
        header.append(to: &message)
        message += [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]
        #expect(try decode(message) == [DecodedSample("default", nil, [1])])
        header.count = 0
        message.removeAll()
        header.append(to: &message)
        #expect(try decode(message) == [])
    }

    @Test("a bad header or a wrong size is refused")
    func badHeaders() throws {
        func broken(_ offset: Int, _ byte: UInt8) -> WireError? {
            var message = Examples.binary
            message[offset] = byte
            return failure(message, format: .binary)
        }
        #expect(broken(0, 0) == .binaryHeader(.magic))
        #expect(broken(4, 2) == .binaryHeader(.kind))
        #expect(broken(5, 2) == .binaryHeader(.type))
        #expect(broken(6, 0) == .binaryHeader(.channels))
        #expect(broken(12, 2) == .binaryHeader(.flags))
        #expect(broken(8, 4) == .size(needed: 72, got: 64))
        #expect(broken(11, 0xff)?.label == "size")
        #expect(broken(7, 1)?.label == "size")
        #expect(failure(Examples.binary + [0]) == .size(needed: 64, got: 65))
        #expect(failure(Array(Examples.binary[..<20])) == .size(needed: 40, got: 20))
        #expect(failure("TSB1") == .size(needed: 40, got: 4))
        #expect(try decode("TSB1 21.5") == [DecodedSample("TSB1", nil, [21.5])])

        var limits = Limits()
        limits.valuesPerSample = 1
        #expect(throws: WireError.tooManyValues(count: 2, limit: 1)) {
            try decode(Examples.binaryWithTimes, limits: limits)
        }
    }

    @Test("times that overflow are refused")
    func overflow() throws {
        var header = BinaryHeader()
        header.count = 3
        header.start = .max - 1
        header.step = 1
        var message: [UInt8] = []
        header.append(to: &message)
        message += [UInt8](repeating: 0, count: 24)
        #expect(failure(message) == .time(.outOfRange))
    }

    @Test("raw numbers only when configured")
    func raw() throws {
        let doubles = bytes(hex: "0000000000803540 000000000000f87f")
        #expect(
            try decode(doubles, topic: "t", format: .float64)
                == [DecodedSample("t", nil, [21.5]), DecodedSample("t", nil, [nil])])
        #expect(
            try decode(bytes(hex: "0000ac41"), format: .float32)
                == [DecodedSample("default", nil, [21.5])])
        #expect(failure([1, 2, 3], format: .float32) == .size(needed: 4, got: 3))
        #expect(failure(doubles) != nil)
    }

    @Test(
        "a number as text, alone or behind its topic",
        arguments: [
            ("21.5", "default", 21.5), ("-3", "default", -3), ("+4", "default", 4),
            (".5", "default", 0.5), ("1e3", "default", 1000), (" 7\n\0", "default", 7),
            ("nan", "default", nil), ("-inf", "default", nil),
            ("plant/temp 21.5", "plant/temp", 21.5),
            ("10001 80 20", "10001 80", 20), ("a b  c   -1\n", "a b  c", -1), ("x NaN", "x", nil),
        ] as [(String, String, Double?)])
    func text(payload: String, stream: String, value: Double?) throws {
        #expect(try decode(payload) == [DecodedSample(stream, nil, [value])])
    }

    @Test("with a topic frame the payload is the number only")
    func textWithTopic() throws {
        #expect(try decode("21.5", topic: "s1") == [DecodedSample("s1", nil, [21.5])])
        #expect(failure("s1 21.5", topic: "s1")?.label == "unrecognised")
        for text in [
            "hello", "1,5", "+-1", "1 x", "0x10", "GET / HTTP/1.1\r\n\r\n", "1e", "nan(1)",
        ] {
            #expect(failure(text)?.label == "unrecognised", "\(text)")
        }
        #expect(failure("") == .empty)
        #expect(failure(" \n") == .empty)
    }
}
