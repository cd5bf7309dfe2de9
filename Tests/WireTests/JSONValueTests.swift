import TestSupport
import Testing
import Wire

@Suite("JSON as a value")
struct JSONValueTests {
    private func parse(_ text: String) throws -> JSONValue {
        let bytes = Array(text.utf8)
        return try JSONValue(parsing: bytes.span)
    }

    @Test("every kind of value is read")
    func reads() throws {
        let value = try parse(
            #" {"a":[1,-2.5,true,false,null,"x\"\u00e9\n"],"b":{"c":{}},"b":{"d":[[]]}} "#)
        #expect(value["a"] == [1, .real(-2.5), true, false, nil, "x\"é\n"])
        // The last of the same name.
        #expect(value["b"] == ["d": [[]]])
        #expect(value["c"] == nil)
        #expect(try parse("9223372036854775807").integer == .max)
        #expect(try parse("9223372036854775808").number == 0x1p63)
        #expect(try parse("9223372036854775808").integer == nil)
    }

    @Test("what is written is read back the same")
    func roundTrip() throws {
        let value: JSONValue = [
            "text": "quote \" backslash \\ line \n bell \u{7} é 𝄞 \u{7f}",
            "numbers": [
                0, .integer(.min), .integer(.max), .real(0.1), .real(1e300),
            ],
            "nothing": [nil, [], [:]], "yes": true, "no": false,
        ]
        #expect(try parse(value.text) == value)
    }

    @Test("control characters are escaped, and what is not finite is null")
    func writes() {
        let value: JSONValue = ["\u{1}": "\u{1f}\n", "n": .number(.nan), "i": .real(.infinity)]
        #expect(value.text == #"{"\u0001":"\u001f\n","n":null,"i":null}"#)
    }

    @Test(
        "what is no JSON is an error",
        arguments: ["", " ", "{", "nul", "[1,]", "{\"a\"}", "\"", "1 2", "{\"a\":1}}", "\"\u{1}\""])
    func refuses(_ text: String) {
        #expect(throws: WireError.self) { try parse(text) }
    }

    @Test("a deep document is refused, and one at the limit is not")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try parse(nested(30))
        #expect(throws: WireError.tooDeep) { try parse(nested(40)) }
    }
}
