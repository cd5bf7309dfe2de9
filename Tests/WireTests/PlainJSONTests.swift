import Series
import TestSupport
import Testing
import Wire

/// Documents that are read in one pass give what simdjson makes of them, which reads those with an
/// escape.
@Suite("Plain JSON")
struct PlainJSONTests {
    /// Samples, or why there are none.
    private func outcome(_ document: String) -> Result<[DecodedSample], WireError> {
        do throws(WireError) { return .success(try decode(document)) } catch {
            return .failure(error)
        }
    }

    /// The same document read in either way.
    private func outcomes(
        of values: String
    ) -> (plain: Result<[DecodedSample], WireError>, other: Result<[DecodedSample], WireError>) {
        let rest = "\":\"s-1\", \"ts\" :1700000000.25,\"values\":\(values)}"
        return (outcome("{\"stream\(rest)"), outcome("{\"stre\\u0061m\(rest)"))
    }

    private static let pieces = [
        "0", "-0", "0.0", "-0.0", "-1", "+1", "01", "-01.5", "1.", ".5", "-", "1e3", "2.5E-3",
        "1e999",
        "12.3456", "999999999999999.9", "0.1234567890123456", "12.345678901234567", "0.1",
        "123456789012345678", "1234567890123456789", "-123456789012345678", "18446744073709551615",
        "123456789012345.6", "1234567890123456.7", "0.00000000000000000000000000001",
        "9007199254740993.0", "4.35", "-1.005", "2.675", "null", "true", "false", "nul", "truee",
        "NaN", "-inf", "\"1.5\"", "\"a\"", "\"\"", "\"\u{7f}\"", "\"ä\"", "\"\\n\"", "\"\u{1}\"",
        "[]", "[1]", "{}", "{\"a\":1}", "", " 1 ", "\n2\t", "\r3", "1 2", "//", "\0",
    ]

    @Test("every piece alone and in an array", arguments: pieces)
    func one(piece: String) throws {
        for values in [
            piece, "[\(piece)]", "[1,\(piece)]", "[ \(piece) , 2.5]", "{\"a\":\(piece)}",
        ] {
            let (plain, other) = outcomes(of: values)
            try #require(plain == other, "\(values)")
        }
    }

    @Test("documents at random, whole and damaged")
    func random() throws {
        let seed: UInt64 = 11
        var random = SplitMix64(seed: seed)
        var accepted = 0
        for round in 0..<4_000 {
            var values: [String] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let whole = random.next() >> UInt64.random(in: 0...63, using: &random)
                var digits = String(whole)
                if Bool.random(using: &random) {
                    let fraction = random.next() >> UInt64.random(in: 0...63, using: &random)
                    digits += ".\(fraction)"
                }
                values.append(Bool.random(using: &random) ? digits : "-" + digits)
            }
            var text = Array("[\(values.joined(separator: ","))]".unicodeScalars)
            if round % 2 == 1 {
                let damage = Self.pieces.joined().unicodeScalars.randomElement(using: &random)!
                text[Int.random(in: text.indices, using: &random)] = damage
            }
            let document = String(String.UnicodeScalarView(text))
            let (plain, other) = outcomes(of: document)
            try #require(plain == other, "seed \(seed): \(document)")
            if case .success = plain { accepted += 1 }
        }
        #expect(accepted > 2_000)
    }

    @Test("arrays in one another as deep as simdjson takes them")
    func deep() throws {
        for depth in 1...40 {
            let text =
                String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
            let (plain, other) = outcomes(of: text)
            try #require(plain == other, "\(depth)")
        }
    }

    @Test("a document that ends anywhere")
    func truncated() throws {
        let document =
            "{\"stream\":\"s-1\",\"ts\":17.25,\"values\":[1,-2.5,null,\"3\"],\"x\":{\"y\":true}}"
        for count in 0..<document.count {
            let part = String(document.prefix(count))
            #expect(throws: WireError.self, "\(part)") { try decode(part) }
        }
        let whole = DecodedSample("s-1", 17_250_000_000, [1, -2.5, nil, 3])
        #expect(try decode(document) == [whole])
        // What is left of a longer document lies behind a shorter one.
        var decoder = Decoder(format: .json, limits: Limits())
        var batch = SampleBatch()
        for text in [document, "{\"stream\":\"s-1\",\"value\":1"] {
            let bytes = Array(text.utf8)
            _ = try? decoder.decode(topic: nil, payload: bytes.span, into: &batch)
        }
        #expect(batch.samples.isEmpty)
    }
}
