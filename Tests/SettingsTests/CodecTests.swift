import Settings
import Testing

@Suite("Values with a unit")
struct CodecTests {
    private let duration = Codec<Duration>.duration(.zero...(.seconds(30 * 86_400)))
    private let size = Codec<Int>.size(0...(1 << 41))

    @Test(
        "durations are a number and a unit",
        arguments: [
            ("0s", Duration.zero), ("1ns", .nanoseconds(1)), ("250us", .microseconds(250)),
            ("500ms", .milliseconds(500)), ("30s", .seconds(30)), ("1.5s", .milliseconds(1500)),
            ("0.1s", .milliseconds(100)), ("5m", .seconds(300)), ("12h", .seconds(43_200)),
            ("7d", .seconds(604_800)), ("30 s", .seconds(30)),
        ])
    func durations(text: String, expected: Duration) throws {
        let value = try duration.decode(.text(text))
        #expect(value == expected)
        #expect(try duration.decode(.word(text)) == expected)
        #expect(
            try duration.decode(.text(String(duration.encode(value).dropFirst().dropLast())))
                == value)
    }

    @Test(
        "what is not a duration, or not in range, says how one is written",
        arguments: [
            "", "s", "30", "-1s", "1.s", ".5s", "1..5s", "1e3s", "30S", "31d", "0.5ns", "5 minutes",
            "1h30m", "99999999999999999999s", "9223372036854775807d", "٣s", "nans", "infs",
        ])
    func notDurations(text: String) {
        let message =
            "expected a duration 0s…30d, as in \"500ms\", \"30s\", \"5m\", \"12h\" or \"7d\""
        #expect(throws: Refusal(message: message)) { try duration.decode(.text(text)) }
    }

    @Test("a duration without a unit is refused")
    func durationWithoutUnit() {
        #expect(throws: Refusal.self) { try duration.decode(.integer(30)) }
    }

    @Test("durations are written in the largest unit that is exact")
    func durationText() {
        #expect(duration.encode(.zero) == "\"0s\"")
        #expect(duration.encode(.seconds(90)) == "\"90s\"")
        #expect(duration.encode(.seconds(120)) == "\"2m\"")
        #expect(duration.encode(.milliseconds(1500)) == "\"1500ms\"")
        #expect(duration.encode(.seconds(604_800)) == "\"7d\"")
    }

    @Test(
        "sizes are a number and a unit of 1024 or 1000 bytes, or plain bytes",
        arguments: [
            ("0B", 0), ("1B", 1), ("512KiB", 524_288), ("1MiB", 1 << 20), ("2GiB", 2 << 30),
            ("1TiB", 1 << 40), ("1kB", 1000), ("1.5MB", 1_500_000), ("0.5KiB", 512),
        ])
    func sizes(text: String, expected: Int) throws {
        let value = try size.decode(.text(text))
        #expect(value == expected)
        #expect(try size.decode(.text(String(size.encode(value).dropFirst().dropLast()))) == value)
        #expect(try size.decode(.integer(expected)) == expected)
    }

    @Test(
        "what is not a size says how one is written",
        arguments: ["", "1", "1M", "1mib", "-1B", "3TiB", "0.3B", "1 MiB 2"])
    func notSizes(text: String) {
        let message = "expected a size 0B…2TiB, as in \"512KiB\", \"1MiB\" or \"2GiB\""
        #expect(throws: Refusal(message: message)) { try size.decode(.text(text)) }
    }
}

@Suite("Did you mean")
struct SuggestionTests {
    @Test("the distance counts insertions, deletions, replacements and swaps")
    func distance() {
        #expect(Suggestion.distance("", "") == 0)
        #expect(Suggestion.distance("", "abc") == 3)
        #expect(Suggestion.distance("gru", "gru") == 0)
        #expect(Suggestion.distance("hiden", "hidden") == 1)
        #expect(Suggestion.distance("hiddne", "hidden") == 1)
        #expect(Suggestion.distance("kitten", "sitting") == 3)
        #expect(Suggestion.distance("ab", "ba") == 1)
    }

    @Test("a word in capitals is near, a wholly different one is not")
    func nearest() {
        #expect(Suggestion.nearest(to: "GRU", in: ["lstm", "gru"]) == "gru")
        #expect(Suggestion.nearest(to: "mean", in: ["lstm", "gru"]) == nil)
        #expect(Suggestion.nearest(to: "", in: ["lstm", "gru"]) == nil)
        #expect(Suggestion.nearest(to: "x", in: []) == nil)
    }
}
