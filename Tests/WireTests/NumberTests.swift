import Series
import TestSupport
import Testing
import Wire

/// Swift writes the shortest digits too, by another algorithm (Errol's successor, SwiftDtoa), so it
/// is the reference here.
@Suite("Numbers out")
struct NumberTests {
    @Test("doubles have the digits that Swift gives them, and read back as the same")
    func doubles() throws {
        var random = SplitMix64(seed: 11)
        for round in 0..<40_000 {
            let value = Self.value(round, &random)
            let text = Self.json(value)
            try #require(Double(text) == value, "\(text)")
            let same = Self.digits(text) == Self.digits("\(value)")
            try #require(same, "\(text) in place of \(value)")
            let isPlain = (1e-5..<1e15).contains(value.magnitude)
            try #require(text.contains("e") != isPlain, "\(text)")
        }
    }

    @Test("what rates a forecast has the digits that Swift gives the nearest float")
    func floats() throws {
        var random = SplitMix64(seed: 12)
        var forecast = EncoderTests.example
        var encoder = Encoder(format: .json)
        var bytes: [UInt8] = []
        for round in 0..<40_000 {
            let value = Self.value(round, &random)
            forecast.channels[0].residual = value
            bytes.removeAll(keepingCapacity: true)
            encoder.encode(forecast, into: &bytes)
            let text = try #require(
                String(decoding: bytes, as: UTF8.self).split(separator: "\"residual\":").last?
                    .prefix { $0 != "," })
            let same = Self.digits(String(text)) == Self.digits("\(Float(value))")
            try #require(same, "\(text) in place of \(Float(value))")
        }
    }

    /// Around every power of ten, of two and half way between two of the shorter numbers, where the
    /// digits are decided.
    @Test("neighbours of round numbers are told from them")
    func neighbours() throws {
        for exponent in -40..<50 {
            for round in [Double(sign: .plus, exponent: exponent, significand: 1), 0.1, 0.3, 2.5] {
                let value = round * Double(sign: .plus, exponent: exponent / 2, significand: 1)
                for near in [value.nextDown, value, value.nextUp] {
                    let same = Self.digits(Self.json(near)) == Self.digits("\(near)")
                    try #require(same, "\(Self.json(near)) in place of \(near)")
                }
            }
        }
    }

    /// From 1e-6 to 1e16 or so: of all digits, of a few places, whole.
    private static func value(_ round: Int, _ random: inout SplitMix64) -> Double {
        let bits = random.next()
        let exponent = Int(random.next() % 74) - 20
        let significand = 1 + Double(bits >> 12) * 0x1p-52
        let any = Double(sign: .plus, exponent: exponent, significand: significand)
        return switch round % 4 {
        case 0: any
        case 1: -any
        case 2: Double(bits % 100_000_000) / [1, 10, 1000, 1e4, 1e6, 1e7][Int(bits >> 60) % 6] + 1
        default: Double(bits >> (14 + UInt64(round % 50)) + 1)
        }
    }

    private static func json(_ value: Double) -> String {
        var bytes: [UInt8] = []
        JSONValue.real(value).append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Of a number as text: without sign, point, exponent and zeros at both ends.
    private static func digits(_ text: String) -> String {
        let mantissa = text.prefix { $0 != "e" }.filter(\.isNumber)
        let trimmed = mantissa.drop { $0 == "0" }
        let last = trimmed.lastIndex { $0 != "0" }
        return last.map { String(trimmed[...$0]) } ?? ""
    }
}
