import Series
import Testing
import Wire

@Suite("Exogenous inputs")
struct ExogenousInputTests {
    private typealias Input = DecodedSample.Input

    @Test(
        "an object of numbers beside the value; null, NaN and the text nan are missing",
        arguments: ["value", "values"])
    func sample(key: String) throws {
        let text = #"""
            {"inputs":{"outside":1.5,"load":null,"wind":NaN,"a b":"nan","n":"-3"},"\#(key)":2}
            """#
        #expect(
            try decode(text) == [
                DecodedSample(
                    "default", nil, [2],
                    inputs: [
                        Input("outside", 1.5), Input("load", nil), Input("wind", nil),
                        Input("a b", nil), Input("n", -3),
                    ])
            ])
    }

    @Test("MessagePack has the same")
    func messagePack() throws {
        // {"stream": "s1", "value": 7, "inputs": {"a": 1.5, "b": None}}
        #expect(
            try decode(Examples.messagePack[10]) == [
                DecodedSample("s1", nil, [7], inputs: [Input("a", 1.5), Input("b", nil)])
            ])
        // {"t0": 1, "dt": 1, "values": [1, 2], "inputs": {"a": [3, None]}}
        #expect(
            try decode(Examples.messagePack[11]) == [
                DecodedSample("default", 1_000_000_000, [1], inputs: [Input("a", 3)]),
                DecodedSample("default", 2_000_000_000, [2], inputs: [Input("a", nil)]),
            ])
    }

    @Test("null and an empty object are no inputs, with one channel and with several")
    func none() throws {
        for inputs in ["null", "{}"] {
            #expect(
                try decode(#"{"value":1,"inputs":\#(inputs)}"#)
                    == [DecodedSample("default", nil, [1])])
            #expect(
                try decode(#"{"dt":1,"values":[1],"inputs":\#(inputs)}"#)
                    == [DecodedSample("default", nil, [1])])
        }
        let read = try decode(#"{"values":{"a":1,"b":2},"inputs":{"a":3}}"#)
        #expect(read[0].channels == ["a", "b"] && read[0].inputs == [Input("a", 3)])
    }

    @Test("items of an array have their own; of a key given twice the last counts")
    func items() throws {
        let text = #"""
            [{"stream":"a","value":1,"inputs":{"x":1}},{"stream":"b","value":2},
             {"stream":"c","value":3,"inputs":{"x":4},"inputs":{"y":5,"z":6}}]
            """#
        #expect(
            try decode(text).map(\.inputs)
                == [[Input("x", 1)], [], [Input("y", 5), Input("z", 6)]])
    }

    @Test("a batch has an array for each input")
    func batches() throws {
        let series = #"{"t0":1,"dt":1,"values":[1,[2,3]],"inputs":{"a":[4,null],"b":["5",6]}}"#
        #expect(
            try decode(series) == [
                DecodedSample(
                    "default", 1_000_000_000, [1], inputs: [Input("a", 4), Input("b", 5)]),
                DecodedSample(
                    "default", 2_000_000_000, [2, 3], inputs: [Input("a", nil), Input("b", 6)]),
            ])
        let rows = #"""
            {"samples":[[1,2],{"v":3},{"v":4,"inputs":{"c":5}},[5,6,7]],"inputs":{"a":[6,7,8,9]}}
            """#
        #expect(
            try decode(rows).map(\.inputs)
                == [[Input("a", 6)], [Input("a", 7)], [Input("c", 5)], [Input("a", 9)]])
    }

    @Test("each batch of an array has its own arrays, one inside of another too")
    func nested() throws {
        let text = #"""
            [{"dt":1,"values":[1],"inputs":{"a":[2]}},{"dt":1,"values":[3]},
             {"samples":[[1,2],{"dt":1,"values":[1,2],"inputs":{"c":[3,4]}},[1,3]],
              "inputs":{"d":[5,6,7]}}]
            """#
        #expect(
            try decode(text).map(\.inputs) == [
                [Input("a", 2)], [], [Input("d", 5)], [Input("c", 3)], [Input("c", 4)],
                [Input("d", 7)],
            ])
    }

    @Test(
        "what is no object of numbers refuses the sample, and is counted under its reason",
        arguments: ["7", "[1]", "true", #""x""#])
    func notAnObject(inputs: String) {
        #expect(failure(#"{"value":1,"inputs":\#(inputs)}"#) == .inputs(.notAnObject))
        #expect(failure(#"{"dt":1,"values":[1],"inputs":\#(inputs)}"#) == .inputs(.notAnObject))
    }

    @Test("an input that is no number", arguments: ["true", #""on""#, "[1]", "{}"])
    func notANumber(value: String) {
        #expect(failure(#"{"value":1,"inputs":{"a":\#(value)}}"#) == .inputs(.notANumber))
    }

    @Test("names of inputs follow the rules of channels")
    func names() {
        #expect(failure(#"{"value":1,"inputs":{"":1}}"#) == .inputName(.empty))
        #expect(failure(#"{"value":1,"inputs":{"\n":1}}"#) == .inputName(.controlCharacter))
        #expect(failure(#"{"dt":1,"values":[1],"inputs":{"":[1]}}"#) == .inputName(.empty))
        // {"value": 1, "inputs": {7: 1}}
        #expect(
            failure(bytes(hex: "82a576616c756501a6696e70757473810701")) == .inputName(.notUTF8))
    }

    @Test("values and inputs together are at most limits.values_per_sample")
    func tooMany() throws {
        var limits = Limits()
        limits.valuesPerSample = 3
        let text = #"{"value":[1,2],"inputs":{"a":1}}"#
        #expect(try decode(text, limits: limits).count == 1)
        #expect(
            failure(#"{"value":[1,2],"inputs":{"a":1,"b":2}}"#, limits: limits)
                == .tooManyValues(count: 4, limit: 3))
        let series = #"{"dt":1,"values":[1,[2,3]],"inputs":{"a":[1,2],"b":[3,4]}}"#
        let result = try decodeAll(Array(series.utf8), limits: limits)
        #expect(result.samples.map(\.values) == [[1]])
        #expect(result.rejections.first == .tooManyValues(count: 4, limit: 3))
        let wide = #"{"dt":1,"values":[1],"inputs":{"a":[1],"b":[1],"c":[1]}}"#
        #expect(failure(wide, limits: limits) == .tooManyValues(count: 4, limit: 3))
    }

    @Test("a batch's arrays are as long as the batch", arguments: ["[]", "[1]", "[1,2,3]", "1"])
    func lengths(values: String) {
        for batch in [#""dt":1,"values":[1,2]"#, #""samples":[[1,2],[3,4]]"#] {
            #expect(failure("{\(batch),\"inputs\":{\"a\":\(values)}}") == .inputs(.notAsLong))
        }
        #expect(
            failure(#"{"dt":1,"values":[1,2],"inputs":{"a":[1,[2]]}}"#) == .inputs(.notAsLong))
    }

    @Test("a bad input leaves its sample of a batch out, the neighbours keep theirs")
    func badElements() throws {
        let series = #"{"t0":1,"dt":1,"values":[1,2,3],"inputs":{"a":[4,true,6]}}"#
        let result = try decodeAll(Array(series.utf8))
        #expect(
            result.samples == [
                DecodedSample("default", 1_000_000_000, [1], inputs: [Input("a", 4)]),
                DecodedSample("default", 3_000_000_000, [3], inputs: [Input("a", 6)]),
            ])
        #expect(result.rejections[.inputs] == 1 && result.rejections.total == 1)
        let items = #"[{"value":1,"inputs":{"a":1,"b":[]}},{"value":2,"inputs":{"a":2}}]"#
        let rest = try decodeAll(Array(items.utf8))
        #expect(rest.samples == [DecodedSample("default", nil, [2], inputs: [Input("a", 2)])])
        #expect(rest.rejections[.inputs] == 1)
    }
}
