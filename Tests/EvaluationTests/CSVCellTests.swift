import Evaluation
import TestSupport
import Testing

@Suite("CSV cells")
struct CSVCellTests {
    static func cell(_ text: String, decimalComma: Bool = false) -> CSVCell {
        CSVCell(Array(text.utf8).span, decimalComma: decimalComma)
    }

    @Test(
        "reads numbers",
        arguments: [
            ("0", 0), ("-0.5", -0.5), ("+7", 7), ("1e3", 1000), ("1.5E-3", 0.0015), (".5", 0.5),
            ("5.", 5), ("41.13000106811523", 41.13000106811523),
            ("123456789012345678901234567890", 123_456_789_012_345_677_877_719_597_056),
            ("5e-324", Double.leastNonzeroMagnitude), ("1e-400", 0),
            ("9007199254740993", 9_007_199_254_740_992),
        ] as [(String, Double)])
    func readsNumbers(text: String, expected: Double) {
        #expect(Self.cell(text) == .number(expected))
    }

    @Test(
        "knows what people write for a missing value",
        arguments: [
            "", "NA", "NaN", "nan", "null", "NULL", "None", "N/A", "?", "-", "inf", "-Infinity",
            "1e999", "#N/A",
        ])
    func knowsMissing(text: String) {
        #expect(Self.cell(text) == .missing)
    }

    @Test(
        "the rest is text",
        arguments: ["abc", "1x", "1,5", "0x10", "1e", "1e+", "--1", "1.2.3", "+", ".", "e5", "é"])
    func restIsText(text: String) {
        #expect(Self.cell(text) == .text)
    }

    @Test("a decimal comma counts where it is asked for")
    func readsDecimalComma() {
        #expect(Self.cell("-1,5", decimalComma: true) == .number(-1.5))
        #expect(Self.cell("1.5", decimalComma: true) == .number(1.5))
        #expect(
            Self.cell("41,13000106811523", decimalComma: true) == .number(41.13000106811523))
        #expect(Self.cell("1.234,5", decimalComma: true) == .text)
    }

    @Test("agrees with the standard library on every number")
    func agreesWithStandardLibrary() throws {
        let seed: UInt64 = 21
        var random = SplitMix64(seed: seed)
        for round in 0..<100_000 {
            let value: Double
            switch round % 3 {
            case 0: value = Double(bitPattern: random.next())
            case 1: value = Double.random(in: -1000...1000, using: &random)
            default: value = Double(Int.random(in: -1_000_000...1_000_000, using: &random)) / 1000
            }
            guard value.isFinite else { continue }
            try #require(
                Self.cell("\(value)") == .number(value), "seed \(seed), round \(round), \(value)")
        }
    }
}
