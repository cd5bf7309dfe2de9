/// Walks over the digits and separators of a number or a time written as text.
package struct DigitReader: ~Escapable {
    private let text: Span<UInt8>
    package private(set) var position = 0

    @_lifetime(copy text)
    package init(_ text: Span<UInt8>) { self.text = text }

    package var isAtEnd: Bool { position == text.count }

    /// The next byte, nil at the end.
    package var peek: UInt8? { isAtEnd ? nil : text[position] }

    /// Steps over `byte` if it comes next.
    @_lifetime(self: copy self)
    package mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    /// As many digits as come next, up to the upper bound; nil when fewer than the lower bound.
    @_lifetime(self: copy self)
    package mutating func number(digits: ClosedRange<Int>) -> UInt64? {
        precondition(digits.upperBound <= 19, "more digits than 64 bits hold")
        var value: UInt64 = 0
        var count = 0
        while count < digits.upperBound, let byte = peek, Self.isDigit(byte) {
            value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
            position += 1
            count += 1
        }
        return digits.contains(count) ? value : nil
    }

    /// The digits after a decimal point in units of 1 / `scale`; those beyond it are dropped.
    @_lifetime(self: copy self)
    package mutating func fraction(of scale: Int64) -> Int64 {
        var rest = scale
        var value: Int64 = 0
        while let byte = peek, Self.isDigit(byte) {
            rest /= 10
            value += rest * Int64(byte - UInt8(ascii: "0"))
            position += 1
        }
        return value
    }

    /// `T`, `t` or spaces between a date and a time.
    @_lifetime(self: copy self)
    package mutating func skipDateSeparator() -> Bool {
        if skip(UInt8(ascii: "T")) || skip(UInt8(ascii: "t")) { return true }
        let start = position
        while skip(UInt8(ascii: " ")) {}
        return position > start
    }

    /// `hh:mm`, `hh:mm:ss`, `hh:mm:ss.fraction`, the same without colons: nanoseconds of the day,
    /// up to `24:00`.
    @_lifetime(self: copy self)
    package mutating func timeOfDay() -> Int64? {
        guard let hour = number(digits: 1...2), hour <= 24 else { return nil }
        let hasColons = skip(UInt8(ascii: ":"))
        guard let minute = number(digits: 2...2), minute <= 59 else { return nil }
        var nanoseconds = Int64(hour * 3600 + minute * 60) * 1_000_000_000
        let hasSeconds = hasColons ? skip(UInt8(ascii: ":")) : peek.map(Self.isDigit) ?? false
        guard hasSeconds else { return hour < 24 || minute == 0 ? nanoseconds : nil }
        guard let second = number(digits: 2...2), second <= 60 else { return nil }
        nanoseconds += Int64(second) * 1_000_000_000
        if skip(UInt8(ascii: ".")) || skip(UInt8(ascii: ",")) {
            guard let byte = peek, Self.isDigit(byte) else { return nil }
            let fraction = fraction(of: 1_000_000_000)
            // A leap second's fraction would run into the next second.
            if second < 60 { nanoseconds += fraction }
        }
        return hour < 24 || nanoseconds == 86_400_000_000_000 ? nanoseconds : nil
    }

    /// `Z`, `+02:00`, `-0530`, `+02`, or nothing, which is UTC: nanoseconds ahead of UTC.
    @_lifetime(self: copy self)
    package mutating func zoneOffset() -> Int64? {
        while skip(UInt8(ascii: " ")) {}
        if isAtEnd || skip(UInt8(ascii: "Z")) || skip(UInt8(ascii: "z")) { return 0 }
        let isWest = skip(UInt8(ascii: "-"))
        guard isWest || skip(UInt8(ascii: "+")) else { return nil }
        guard let hours = number(digits: 2...2), hours <= 23 else { return nil }
        let hasColon = skip(UInt8(ascii: ":"))
        let minutes = isAtEnd && !hasColon ? 0 : number(digits: 2...2)
        guard let minutes, minutes <= 59 else { return nil }
        let offset = Int64(hours * 60 + minutes) * 60_000_000_000
        return isWest ? -offset : offset
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
