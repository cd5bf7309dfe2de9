import Series
import Testing
import Wire

@Suite("JSON input")
struct JSONInputTests {
    private let time: Int64 = 1_763_692_800_123_000_000

    @Test("a single sample keeps its name, its exact time and its value")
    func single() throws {
        let expected = [DecodedSample("s1", time, [21.5371])]
        #expect(try decode(Examples.json[0]) == expected)
        #expect(try decode(Examples.json[0], topic: "topic") == expected)
        #expect(try decode(" \r\n\t" + Examples.json[0] + "\n") == expected)
        #expect(try decode("\u{feff}" + Examples.json[0] + "\0") == expected)
    }

    @Test(
        "every alias means the same, in any order of the keys",
        arguments: ["stream", "name", "n", "sensor", "id", "topic"],
        ["ts", "t", "time", "timestamp"])
    func aliases(name: String, time key: String) throws {
        for value in ["value", "v", "y"] {
            let expected = [DecodedSample("a b", time, [-4])]
            let parts = [#""\#(name)":"a b""#, #""\#(key)":1763692800123"#, #""\#(value)":-4"#]
            for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
                let text = "{" + order.map { parts[$0] }.joined(separator: ",") + "}"
                #expect(try decode(text) == expected, "\(text)")
            }
        }
    }

    @Test("of several aliases the first of the list counts, of a key given twice the last")
    func precedence() throws {
        let expected = [DecodedSample("a", 1_000_000_000, [1])]
        #expect(
            try decode(#"{"id":"d","name":"b","stream":"a","t":9,"ts":1,"y":8,"value":1}"#)
                == expected)
        #expect(
            try decode(#"{"stream":"a","name":"b","id":"d","ts":1,"t":9,"value":1,"y":8}"#)
                == expected)
        #expect(try decode(#"{"stream":"x","stream":"a","ts":1,"value":7,"value":1}"#) == expected)
    }

    @Test("unknown keys are skipped with everything in them")
    func unknownKeys() throws {
        let text = #"""
            {"a":{"value":9,"b":[{"ts":1}]},"unit":"C","stream":"s","flags":[[],{},true],
             "value":2,"z":null}
            """#
        #expect(try decode(text) == [DecodedSample("s", nil, [2])])
    }

    @Test("escapes are undone in names and in keys")
    func escapes() throws {
        #expect(
            try decode(#"{"\u0073tream":"k\u00fc\"\\\/\ud83d\ude00","value":1}"#)
                == [DecodedSample("kü\"\\/😀", nil, [1])])
    }

    @Test("a stream without a name is the topic's, else default; an integer is a name too")
    func names() throws {
        #expect(
            try decode(#"{"value":1}"#, topic: "plant/t") == [DecodedSample("plant/t", nil, [1])])
        #expect(try decode(#"{"value":1}"#) == [DecodedSample("default", nil, [1])])
        #expect(try decode(#"{"value":1}"#, topic: "") == [DecodedSample("default", nil, [1])])
        #expect(try decode(#"{"id":-17,"value":1}"#) == [DecodedSample("-17", nil, [1])])
        #expect(try decode(#"{"id":null,"value":1}"#, topic: "t") == [DecodedSample("t", nil, [1])])
        #expect(failure(#"{"stream":"","value":1}"#) == .streamName(.empty))
        #expect(failure(#"{"stream":"a\u0007","value":1}"#) == .streamName(.controlCharacter))
        #expect(failure(#"{"stream":1.5,"value":1}"#)?.label == "stream_name")
        let long = String(repeating: "x", count: 256)
        #expect(failure(#"{"stream":"\#(long)","value":1}"#) == .streamName(.tooLong))
        #expect(try decode(#"{"stream":"\#(long.dropLast())","value":1}"#).count == 1)
    }

    @Test("a single frame may be a topic, a space and JSON")
    func embedded() throws {
        #expect(
            try decode(#"plant/line 1 {"ts":1,"value":2}"#)
                == [DecodedSample("plant/line 1", 1_000_000_000, [2])])
        #expect(try decode(#"t [{"value":2}]"#, format: .json) == [DecodedSample("t", nil, [2])])
        #expect(failure(#"t {"value":2}"#, topic: "x")?.label == "unrecognised")
    }

    @Test("several channels, with and without names")
    func multivariate() throws {
        #expect(
            try decode(#"{"stream":"m","value":[1.0,null,3]}"#)
                == [DecodedSample("m", nil, [1, nil, 3])])
        let named = [DecodedSample("m", 5_000_000_000, [1, nil], channels: ["temp", "rpm"])]
        #expect(try decode(#"{"stream":"m","ts":5,"values":{"temp":1.0,"rpm":null}}"#) == named)
        #expect(try decode(#"{"stream":"m","ts":5,"value":{"temp":1.0,"rpm":null}}"#) == named)
        #expect(
            try decode(#"{"stream":"m","ts":5,"values":[1,2]}"#)
                == [DecodedSample("m", 5_000_000_000, [1, 2])])
        #expect(failure(#"{"value":[]}"#) == .noValue)
        #expect(failure(#"{"values":{"":1}}"#) == .channelName(.empty))
        #expect(failure(#"{"value":[1,[2]]}"#) == .value)
    }

    @Test("more channels than limits.values_per_sample are refused")
    func tooManyValues() throws {
        var limits = Limits()
        limits.valuesPerSample = 3
        #expect(try decode(#"{"value":[1,2,3]}"#, limits: limits)[0].values == [1, 2, 3])
        let expected = WireError.tooManyValues(count: 4, limit: 3)
        #expect(failure(#"{"value":[1,2,3,4]}"#, limits: limits) == expected)
        #expect(failure(#"{"values":{"a":1,"b":2,"c":3,"d":4}}"#, limits: limits) == expected)
        let rows = #"{"samples":[[1,2,3,4,5],[1,2,3,4]]}"#
        let result = try decodeAll(Array(rows.utf8), limits: limits)
        #expect(result.samples == [DecodedSample("default", 1_000_000_000, [2, 3, 4])])
        #expect(result.rejections[.values] == 1)
    }

    @Test("null, NaN and infinities are missing values, also as text and as Python writes them")
    func missing() throws {
        for value in [
            "null", "NaN", "Infinity", "-Infinity", #""nan""#, #""NaN""#, #""inf""#, #""-inf""#,
            #""Infinity""#, "nan", "-nan", "inf", "-inf",
        ] {
            #expect(
                try decode(#"{"stream":"NaN,","value":\#(value)}"#)
                    == [DecodedSample("NaN,", nil, [nil])], "\(value)")
        }
        // As many as possible, to see that the longer nulls find room.
        let many = "[" + Array(repeating: #"{"v":NaN}"#, count: 500).joined(separator: ",") + "]"
        #expect(try decode(many).count == 500)
        #expect(try decode(#"{"v":[NaN,NaN,NaN,NaN,NaN,NaN]}"#)[0].values.count == 6)
        #expect(
            try decode(#"{"stream":"a\"NaN","ts":NaN,"v":1}"#) == [
                DecodedSample("a\"NaN", nil, [1])
            ])
        #expect(failure(#"{"v":Nano}"#)?.label == "json")
        #expect(failure(#"{"v":NaN"#)?.label == "json")
    }

    @Test("a number as text counts as that number; other text and booleans do not")
    func otherValues() throws {
        #expect(try decode(#"{"v":"21.5"}"#)[0].values == [21.5])
        #expect(try decode(#"{"v":" -1e3 "}"#)[0].values == [-1000])
        for value in [#""on""#, #""""#, #""1,5""#, #""1 2""#, "true", #""0x10""#, #""1e999""#] {
            #expect(failure(#"{"v":\#(value)}"#) == .value, "\(value)")
        }
        #expect(failure(#"{"stream":"s"}"#) == .noValue)
        #expect(failure("{}") == .noValue)
        #expect(failure("[1,2]") == nil)
        #expect(try decodeAll(Array("[1,2]".utf8)).rejections[.shape] == 2)
    }

    @Test("integers beyond 2^53 come in as the nearest double")
    func integers() throws {
        #expect(try decode(#"{"v":9007199254740993}"#)[0].values == [9007199254740992])
        #expect(try decode(#"{"v":18446744073709551615}"#)[0].values == [0x1p64])
    }

    @Test("what is no JSON is refused whole, with simdjson's reason")
    func syntax() {
        for text in ["{", "[", #"{"v":1}}"#, #"{"v":1,}"#, "{v:1}", #"{"v":1e}"#, #"{"v" 1}"#] {
            #expect(failure(text)?.label == "json", "\(text)")
        }
        let invalid = Array(#"{"stream":""#.utf8) + [0xff, 0xfe] + Array(#"","v":1}"#.utf8)
        #expect(failure(invalid)?.label == "json")
        #expect(failure(invalid)?.description.contains("UTF-8") == true)
        #expect(failure("[]", format: .json) == nil)
        #expect(failure("17", format: .json) == .shape)
        #expect(failure("   ", format: .json) == .empty)
    }
}
