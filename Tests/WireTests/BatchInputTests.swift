import Series
import Testing
import Wire

@Suite("Batches in JSON")
struct BatchInputTests {
    @Test("t0, dt and values: every sample at its exact time")
    func series() throws {
        #expect(
            try decode(Examples.json[2]) == [
                DecodedSample("s1", 1_763_692_800_123_000_000, [21.53]),
                DecodedSample("s1", 1_763_692_800_133_000_000, [21.54]),
                DecodedSample("s1", 1_763_692_800_143_000_000, [nil]),
            ])
        let values = Array(repeating: "1", count: 5000).joined(separator: ",")
        let long = try decode(#"{"t0":1763692800,"dt":0.1,"values":[\#(values)]}"#)
        for (index, sample) in long.enumerated() {
            try #require(sample.time == 1_763_692_800_000_000_000 + Int64(index) * 100_000_000)
        }
    }

    @Test("a step that no double holds does not drift")
    func step() throws {
        let values = Array(repeating: "1", count: 1000).joined(separator: ",")
        for (text, step) in [("0.001", 1_000_000), ("0.0041", 4_100_000), ("0.0157", 15_700_000)] {
            let samples = try decode(#"{"t0":1,"dt":\#(text),"values":[\#(values)]}"#)
            for (index, sample) in samples.enumerated() {
                try #require(sample.time == 1_000_000_000 + Int64(index * step))
            }
        }
    }

    @Test("dt is in the unit of t0, and in seconds after text")
    func units() throws {
        for (start, step) in [
            ("1763692800000", "20"), ("1763692800000000", "20000"),
            (#""2025-11-21T02:40:00Z""#, ".02"),
            ("1763692800", "2e-2"), ("1763692800000000000", "20000000"),
        ] {
            let step = step.hasPrefix(".") ? "0" + step : step
            let times = try decode(#"{"t0":\#(start),"dt":\#(step),"v":0,"values":[1,2]}"#).map(
                \.time)
            #expect(times == [1_763_692_800_000_000_000, 1_763_692_800_020_000_000], "\(start)")
        }
    }

    @Test("a batch without t0 has no times; with t0 and without dt it is refused")
    func withoutTimes() throws {
        #expect(
            try decode(#"{"dt":0.01,"values":[1,2]}"#)
                == [DecodedSample("default", nil, [1]), DecodedSample("default", nil, [2])])
        #expect(failure(#"{"t0":1763692800,"values":[1,2]}"#) == .time(.noStep))
        #expect(failure(#"{"t0":1763692800,"dt":"x","values":[1,2]}"#) == .time(.noStep))
        #expect(failure(#"{"t0":true,"dt":1,"values":[1,2]}"#) == .time(.notATime))
        #expect(
            try decode(#"{"t0":7,"values":[1]}"#) == [DecodedSample("default", 7_000_000_000, [1])])
        #expect(try decode(#"{"ts":7,"dt":1,"values":[1]}"#)[0].time == 7_000_000_000)
    }

    @Test("a batch's elements may have several channels")
    func rows() throws {
        #expect(
            try decode(#"{"stream":"m","t0":1,"dt":1,"values":[[1,2],[3,null]]}"#) == [
                DecodedSample("m", 1_000_000_000, [1, 2]),
                DecodedSample("m", 2_000_000_000, [3, nil]),
            ])
        #expect(
            try decode(#"{"stream":"m","samples":[[1,[2,3]],[2,4,5],{"ts":3,"value":{"a":6}}]}"#)
                == [
                    DecodedSample("m", 1_000_000_000, [2, 3]),
                    DecodedSample("m", 2_000_000_000, [4, 5]),
                    DecodedSample("m", 3_000_000_000, [6], channels: ["a"]),
                ])
    }

    @Test("samples: pairs of time and value")
    func samples() throws {
        #expect(
            try decode(Examples.json[3]) == [
                DecodedSample("s1", 1_763_692_800_123_000_000, [21.53]),
                DecodedSample("s1", 1_763_692_800_133_000_000, [21.54]),
            ])
        #expect(failure(#"{"samples":7}"#) == .shape)
    }

    @Test("an array holds samples and batches of any streams")
    func array() throws {
        #expect(
            try decode(Examples.json[4]) == [
                DecodedSample("a", nil, [1]), DecodedSample("b", nil, [-2.5]),
                DecodedSample("c", nil, [1, 2]),
            ])
        #expect(
            try decode(#"[{"value":1},{"stream":"b","samples":[[1,2]]},{"value":3}]"#, topic: "t")
                == [
                    DecodedSample("t", nil, [1]), DecodedSample("b", 1_000_000_000, [2]),
                    DecodedSample("t", nil, [3]),
                ])
        #expect(try decode("[]") == [])
    }

    @Test("a bad element is left out and counted, its neighbours stay")
    func badElements() throws {
        let text = #"""
            [{"value":1},{"value":true},{"stream":"\n","value":2},{"value":[3,"x"]},
             {"ts":"x","value":4},[5],{"values":{"a":6,"b":{}}},{"value":7}]
            """#
        let result = try decodeAll(Array(text.utf8))
        #expect(
            result.samples
                == [DecodedSample("default", nil, [1]), DecodedSample("default", nil, [7])])
        #expect(result.rejections.total == 6)
        #expect(result.rejections[.value] == 3)
        #expect(result.rejections[.streamName] == 1)
        #expect(result.rejections[.time] == 1)
        #expect(result.rejections[.shape] == 1)
        #expect(result.rejections.first == .value)
        let series = #"{"t0":1,"dt":1,"values":[1,"bad",3]}"#
        let rest = try decodeAll(Array(series.utf8))
        #expect(
            rest.samples == [
                DecodedSample("default", 1_000_000_000, [1]),
                DecodedSample("default", 3_000_000_000, [3]),
            ])
        #expect(rest.rejections[.value] == 1)
    }

    @Test(
        "a batch of bad elements only is no error, whatever they lack",
        arguments: [
            "1e300", #""x""#, "true", "99999999999", "1763692800",
        ])
    func onlyBadElements(time: String) throws {
        let bad = #"{"ts":\#(time),"v":true}"#
        let senML = #"{"bn":"a","bt":1e300,"t":\#(time),"v":1}"#
        for element in [bad, senML, "[1]", #"{"stream":"\n","v":1}"#, "{}"] {
            for count in 1...2 {
                let list = Array(repeating: element, count: count).joined(separator: ",")
                for text in ["[\(list)]", #"{"samples":[\#(list)]}"#] {
                    let result = try decodeAll(Array(text.utf8))
                    try #require(result.samples.isEmpty, "\(text)")
                    try #require(result.rejections.total == count, "\(text)")
                }
            }
        }
        let series = #"{"t0":1,"dt":1,"values":[true]}"#
        #expect(try decodeAll(Array(series.utf8)).rejections.total == 1)
    }

    @Test("times beyond 64 bits of nanoseconds are refused one by one")
    func overflow() throws {
        let text = #"{"t0":9223372035,"dt":1,"values":[1,2,3]}"#
        let result = try decodeAll(Array(text.utf8))
        #expect(result.samples.map(\.values) == [[1], [2]])
        #expect(result.rejections[.time] == 1)
        #expect(failure(#"{"t0":1,"dt":1e300,"values":[1]}"#) == .time(.outOfRange))
        for step in ["1e290", "-1e290", "1e10"] {
            let text = #"{"t0":1,"dt":\#(step),"values":[1,2]}"#
            #expect(try decodeAll(Array(text.utf8)).rejections[.time] == 1, "\(step)")
        }
    }
}

@Suite("SenML (RFC 8428)")
struct SenMLTests {
    @Test("base name, base time and base value hold until they are given again")
    func bases() throws {
        let prefix = "urn:dev:ow:10e2073a01080063:"
        #expect(
            try decode(Examples.json[5]) == [
                DecodedSample(prefix + "voltage", 1_276_020_076_001_000_000, [120.1]),
                DecodedSample(prefix + "current", 1_276_020_071_001_000_000, [1.2]),
            ])
        #expect(
            try decode(#"[{"bn":"a/","bv":20,"n":"t","v":1.5},{"bn":"b","v":2},{"bv":0,"v":3}]"#)
                == [
                    DecodedSample("a/t", nil, [21.5]), DecodedSample("b", nil, [22]),
                    DecodedSample("b", nil, [3]),
                ])
    }

    @Test("times below 2^28 are relative to now: the sample has none")
    func relativeTimes() throws {
        #expect(
            try decode(
                #"[{"n":"x","u":"Cel","t":-5,"v":23.1},{"n":"x","v":1},{"n":"x","t":9,"v":2}]"#
            )
            .map(\.time) == [nil, nil, nil])
        #expect(try decode(#"[{"u":"V","t":268435455,"v":1}]"#)[0].time == nil)
        // Without a key of SenML, t is a plain time.
        #expect(try decode(#"[{"n":"x","t":5,"v":23.1}]"#)[0].time == 5_000_000_000)
        #expect(try decode(#"[{"u":"V","t":268435456,"v":1}]"#)[0].time == 268_435_456_000_000_000)
        #expect(
            try decode(#"[{"bt":1763692800.1,"t":0.023,"v":1}]"#)[0].time
                == 1_763_692_800_123_000_000)
        #expect(
            try decode(#"[{"bt":1763692800100,"t":23,"v":1}]"#)[0].time == 1_763_692_800_123_000_000
        )
    }

    @Test("records of text, booleans or only base fields are no samples and no errors")
    func otherRecords() throws {
        let text = #"""
            [{"bn":"d:","bt":1763692800},{"n":"label","vs":"Machine Room"},{"n":"open","vb":false},
             {"n":"nfc","vd":"aGk"},{"n":"temp","v":9.5}]
            """#
        let result = try decodeAll(Array(text.utf8))
        #expect(result.samples == [DecodedSample("d:temp", 1_763_692_800_000_000_000, [9.5])])
        #expect(result.rejections.isEmpty)
    }
}
