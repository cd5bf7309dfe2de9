import CWire

/// Times as they come in, to nanoseconds since 1970 UTC. Nil is a time that 64 bits do not hold.
enum Timestamp {
    /// Nanoseconds in the unit of a number, which its magnitude tells: below 1e11 it is seconds
    /// (until the year 5138), below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds.
    struct Unit: Equatable {
        let nanoseconds: Int64

        static let seconds = Unit(nanoseconds: 1_000_000_000)
        static let microseconds = Unit(nanoseconds: 1000)

        init(nanoseconds: Int64) {
            self.nanoseconds = nanoseconds
        }

        init(magnitude: Double) {
            switch magnitude.magnitude {
            case ..<1e11: nanoseconds = 1_000_000_000
            case ..<1e14: nanoseconds = 1_000_000
            case ..<1e17: nanoseconds = 1000
            default: nanoseconds = 1
            }
        }

        init(magnitude: UInt64) {
            switch magnitude {
            case ..<100_000_000_000: nanoseconds = 1_000_000_000
            case ..<100_000_000_000_000: nanoseconds = 1_000_000
            case ..<100_000_000_000_000_000: nanoseconds = 1000
            default: nanoseconds = 1
            }
        }
    }

    /// Exact.
    static func nanoseconds(_ value: Int64, unit: Unit? = nil) -> Int64? {
        let unit = unit ?? Unit(magnitude: value.magnitude)
        let (product, overflow) = value.multipliedReportingOverflow(by: unit.nanoseconds)
        return overflow ? nil : product
    }

    /// Exact for the decimal number that was written: of all that read as the same double, the
    /// shortest one is taken, as 1763692800.123 and not the double's 1763692800.1229999065.
    static func nanoseconds(_ value: Double, unit: Unit? = nil) -> Int64? {
        let unit = unit ?? Unit(magnitude: value)
        guard value.magnitude < 0x1p63 else { return nil }
        if let whole = Int64(exactly: value) { return nanoseconds(whole, unit: unit) }
        // Division rounds correctly: when it gives back the value, six decimals are exact.
        let millionths = (value * 1e6).rounded()
        if unit == .seconds, millionths.magnitude < 0x1p53, millionths / 1e6 == value {
            return nanoseconds(Int64(millionths), unit: .microseconds)
        }
        if value.magnitude * Double(unit.nanoseconds) < 0.5 { return 0 }
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { digits in
            let count = unsafe wire_write_fixed(value, digits.baseAddress)
            let text = unsafe Span(_unsafeElements: UnsafeBufferPointer(rebasing: digits[..<count]))
            return nanoseconds(decimal: text, unit: unit)
        }
    }

    /// Decimal text like -12.5, exactly; digits beyond nanoseconds are dropped. Nil also when it
    /// is no such text.
    static func nanoseconds(decimal text: Span<UInt8>, unit: Unit? = nil) -> Int64? {
        var index = 0
        var isNegative = false
        if text.count > 0, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        var whole: Int64 = 0
        let firstDigit = index
        while index < text.count, let digit = digit(text[index]) {
            let (shifted, overflow) = whole.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.addingReportingOverflow(digit)
            if overflow || carry { return nil }
            whole = sum
            index += 1
        }
        let unit = unit ?? Unit(magnitude: whole.magnitude)
        guard index > firstDigit, let base = nanoseconds(whole, unit: unit) else { return nil }
        var fraction: Int64 = 0
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            var weight = unit.nanoseconds / 10
            while index < text.count, let digit = digit(text[index]) {
                fraction += digit * weight
                weight /= 10
                index += 1
            }
        }
        guard index == text.count else { return nil }
        let (sum, overflow) = base.addingReportingOverflow(fraction)
        return overflow ? nil : (isNegative ? -sum : sum)
    }

    static func digit(_ byte: UInt8) -> Int64? {
        let value = byte &- UInt8(ascii: "0")
        return value < 10 ? Int64(value) : nil
    }

    /// A time as text: a decimal number, or ISO 8601.
    static func nanoseconds(text: Span<UInt8>) -> Int64? {
        nanoseconds(decimal: text) ?? nanoseconds(iso8601: text)
    }
}
