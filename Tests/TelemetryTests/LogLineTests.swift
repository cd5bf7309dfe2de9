import Logging
import Telemetry
import Testing

/// 2025-11-21T07:46:00.123456789Z.
private let time: Int64 = 1_763_711_160_123_456_789

private func line(
    _ format: LogLine.Format, _ message: String, _ metadata: Logger.Metadata = [:],
    level: Logger.Level = .info, forJournal: Bool = false
) -> String {
    LogLine.line(
        format, level: level, message: message, metadata: metadata, timeNanoseconds: time,
        forJournal: forJournal)
}

@Suite("Lines of the log")
struct LogLineTests {
    @Test("text is time, level, message and the metadata in alphabetical order")
    func text() {
        #expect(
            line(.text, "Listening", ["port": "5555", "endpoint": "tcp://127.0.0.1:5555"])
                == "2025-11-21T07:46:00.123Z INFO Listening endpoint=tcp://127.0.0.1:5555 port=5555"
        )
        #expect(line(.text, "Stopped") == "2025-11-21T07:46:00.123Z INFO Stopped")
    }

    @Test("a value that is not one plain word stands in quotes")
    func textValues() {
        let metadata: Logger.Metadata = [
            "a": "", "b": "two words", "c": "x=y", "d": "say \"hi\"", "e": "back\\slash",
            "f": .stringConvertible(1.5), "g": ["1", "2"],
        ]
        #expect(
            line(.text, "M", metadata, forJournal: true)
                == #"<6>INFO M a="" b="two words" c="x=y" d="say \"hi\"" e=back\slash f=1.5"#
                + #" g="[\"1\", \"2\"]""#)
    }

    @Test("no event can begin a second line or steer a terminal")
    func injection() {
        let evil = "a\nERROR b\r\u{1B}[31m\u{85}\u{2028}\u{2029}"
        let escaped = #"a\nERROR b\r\u001b[31m\u0085\u2028\u2029"#
        #expect(
            line(.text, evil, [evil: .string(evil)], forJournal: true)
                == "<6>INFO \(escaped) \(escaped)=\"\(escaped)\"")
        #expect(
            line(.json, evil).hasSuffix(#""message":"\#(escaped)"}"#))
    }

    @Test("JSON is one object with the metadata beside time, level and message")
    func json() {
        let metadata: Logger.Metadata = [
            "stream": "plant/ä \"1\"", "samples": .stringConvertible(UInt64(3)),
            "share": .stringConvertible(0.25), "isWarm": .stringConvertible(true),
            "nan": .stringConvertible(Double.nan), "list": ["a", .stringConvertible(2)],
            "object": ["y": "1", "x": []], "level": "mine",
        ]
        #expect(
            line(.json, "Restored", metadata)
                == #"{"time":"2025-11-21T07:46:00.123Z","level":"info","message":"Restored","#
                + #""isWarm":true,"metadata.level":"mine","list":["a",2],"nan":"nan","#
                + #""object":{"x":[],"y":"1"},"samples":3,"share":0.25,"#
                + #""stream":"plant/ä \"1\""}"#)
    }

    @Test(
        "under the journal each line begins with its priority and text has no time",
        arguments: [
            (Logger.Level.trace, 7), (.debug, 7), (.info, 6), (.notice, 5), (.warning, 4),
            (.error, 3), (.critical, 2),
        ])
    func priority(level: Logger.Level, number: Int) {
        let name = level.rawValue.uppercased()
        #expect(line(.text, "M", level: level, forJournal: true) == "<\(number)>\(name) M")
        #expect(line(.json, "M", level: level, forJournal: true).hasPrefix("<\(number)>{\"time\""))
        #expect(!line(.json, "M", level: level).hasPrefix("<"))
    }

    @Test(
        "times are RFC 3339 in UTC, through leap years and before 1970",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999_999_999, "2024-02-29T23:59:59.999Z"),
            (1_709_251_200_000_000_000, "2024-03-01T00:00:00.000Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
            (-2_203_891_200_000_000_000, "1900-03-01T00:00:00.000Z"),
        ])
    func timestamps(nanoseconds: Int64, text: String) {
        #expect(LogLine.timestamp(nanoseconds) == text)
    }
}
