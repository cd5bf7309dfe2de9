/// The meaning of one cell: a number, or that there is none.
package enum CSVCell: Equatable, Sendable {
    case number(Double)
    case missing
    case text

    /// What the usual tools write for a value that is not there (compared in lower case).
    private static let missingWords: [[UInt8]] = [
        "na", "n/a", "nan", "-nan", "null", "none", "nil", "?", "-", "#n/a", "<na>", "inf", "+inf",
        "-inf", "infinity", "+infinity", "-infinity",
    ].map { Array($0.utf8) }

    /// - Parameter decimalComma: `1,5` is one and a half, as in files that separate by `;`.
    package init(_ text: Span<UInt8>, decimalComma: Bool) {
        if text.isEmpty || Self.isMissingWord(text) {
            self = .missing
        } else if let number = Self.number(text, decimalComma: decimalComma) {
            self = number.isFinite ? .number(number) : .missing
        } else {
            self = .text
        }
    }

    private static func isMissingWord(_ text: Span<UInt8>) -> Bool {
        if text.count > 9 || text[0] >= UInt8(ascii: "0") && text[0] <= UInt8(ascii: "9") {
            return false
        }
        return missingWords.contains { word in
            word.count == text.count
                && word.indices.allSatisfy { index in
                    let byte = text[index]
                    let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
                    return word[index] == (isUpper ? byte | 0x20 : byte)
                }
        }
    }

    /// A decimal number with an optional exponent, rounded to the nearest Double.
    ///
    /// Up to 19 digits and a power of ten that a Double holds exactly need one rounding only
    /// (Clinger, "How to read floating point numbers accurately", 1990); the rest goes to the
    /// standard library.
    private static func number(_ text: Span<UInt8>, decimalComma: Bool) -> Double? {
        let point = decimalComma ? UInt8(ascii: ",") : UInt8(ascii: ".")
        var index = 0
        let isNegative = text[0] == UInt8(ascii: "-")
        if isNegative || text[0] == UInt8(ascii: "+") { index = 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var decimals = 0
        var hasPoint = false
        while index < text.count {
            let byte = text[index]
            if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                mantissa = mantissa &* 10 &+ UInt64(byte & 15)
                digits += 1
                if hasPoint { decimals += 1 }
            } else if !hasPoint, byte == point || (decimalComma && byte == UInt8(ascii: ".")) {
                hasPoint = true
            } else {
                break
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        guard let exponent = exponent(of: text, from: index) else { return nil }
        let power = exponent - decimals
        guard digits <= 19, mantissa <= 1 << 53, (-22...22).contains(power) else {
            return slowNumber(text, decimalComma: decimalComma)
        }
        let value =
            power < 0 ? Double(mantissa) / exactPower(-power) : Double(mantissa) * exactPower(power)
        return isNegative ? -value : value
    }

    /// The exponent that starts at `start`, 0 when the text ends there, nil when it is no exponent.
    private static func exponent(of text: Span<UInt8>, from start: Int) -> Int? {
        if start == text.count { return 0 }
        guard text[start] | 0x20 == UInt8(ascii: "e"), start + 1 < text.count else { return nil }
        var index = start + 1
        let isNegative = text[index] == UInt8(ascii: "-")
        if isNegative || text[index] == UInt8(ascii: "+") { index += 1 }
        guard index < text.count else { return nil }
        var exponent = 0
        while index < text.count {
            let byte = text[index]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            exponent = min(exponent * 10 + Int(byte & 15), 100_000)
            index += 1
        }
        return isNegative ? -exponent : exponent
    }

    /// 10 to the power of `exponent`, 0…22: exact in a Double.
    private static func exactPower(_ exponent: Int) -> Double {
        var result = 1.0
        for _ in 0..<exponent { result *= 10 }
        return result
    }

    private static func slowNumber(_ text: Span<UInt8>, decimalComma: Bool) -> Double? {
        var copy = ""
        for index in text.indices {
            let byte = text[index]
            let isComma = decimalComma && byte == UInt8(ascii: ",")
            copy.unicodeScalars.append(Unicode.Scalar(isComma ? UInt8(ascii: ".") : byte))
        }
        return Double(copy)
    }
}
