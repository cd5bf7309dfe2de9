extension Timestamp {
    /// ISO 8601: a date, or a date and a time of day separated by T or a space, like 2025-11-21,
    /// 2025-11-21T02:40:00.123456789Z, 20251121T024000+0100 or 2025-11-21 02:40. Without an offset
    /// it is UTC. Digits beyond nanoseconds are dropped; a leap second is the second after it, as
    /// in POSIX time. Nil for any other text, and outside of the years 1677 to 2262.
    static func nanoseconds(iso8601 text: Span<UInt8>) -> Int64? {
        var reader = ISO8601Reader(text: text)
        guard let days = reader.date() else { return nil }
        var seconds = days * 86_400
        var fraction: Int64 = 0
        if !reader.isAtEnd {
            guard reader.skip("T") || reader.skip(" "), let time = reader.timeOfDay(),
                let offset = reader.offset(), reader.isAtEnd
            else { return nil }
            seconds += time.seconds - offset
            fraction = time.nanoseconds
        }
        // Whole seconds before 1970 are negative and the fraction positive: add them so that the
        // earliest times do not overflow on the way.
        if seconds < 0, fraction > 0 {
            seconds += 1
            fraction -= 1_000_000_000
        }
        guard let whole = nanoseconds(seconds, unit: .seconds) else { return nil }
        let (sum, overflow) = whole.addingReportingOverflow(fraction)
        return overflow ? nil : sum
    }
}

private struct ISO8601Reader: ~Escapable {
    private let text: Span<UInt8>
    private var index = 0

    @_lifetime(copy text)
    init(text: Span<UInt8>) {
        self.text = text
    }

    var isAtEnd: Bool { index == text.count }

    /// Moves over a character of ASCII, a letter in either case, when it comes next.
    @_lifetime(self: copy self)
    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard index < text.count else { return false }
        let expected = UInt8(ascii: character)
        let isLetter = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(expected)
        guard text[index] == expected || isLetter && text[index] == expected | 0x20 else {
            return false
        }
        index += 1
        return true
    }

    @_lifetime(self: copy self)
    private mutating func number(digits: Int, in range: ClosedRange<Int64>) -> Int64? {
        guard index + digits <= text.count else { return nil }
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = Timestamp.digit(text[index]) else { return nil }
            value = value * 10 + digit
            index += 1
        }
        return range.contains(value) ? value : nil
    }

    /// Days since 1970-01-01.
    @_lifetime(self: copy self)
    mutating func date() -> Int64? {
        guard let year = number(digits: 4, in: 1...9999) else { return nil }
        let isExtended = skip("-")
        guard let month = number(digits: 2, in: 1...12) else { return nil }
        guard skip("-") == isExtended else { return nil }
        guard let day = number(digits: 2, in: 1...Self.days(ofMonth: month, year)) else {
            return nil
        }
        // Days from civil (Howard Hinnant, "chrono-compatible low-level date algorithms"): years
        // start in March, so that the leap day is a year's last.
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear / 400
        let yearOfEra = marchYear % 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func days(ofMonth month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// hh:mm[:ss[.fraction]], the colons optional.
    @_lifetime(self: copy self)
    mutating func timeOfDay() -> (seconds: Int64, nanoseconds: Int64)? {
        guard let hour = number(digits: 2, in: 0...24) else { return nil }
        let isExtended = skip(":")
        guard let minute = number(digits: 2, in: 0...59) else { return nil }
        var second: Int64 = 0
        var fraction: Int64 = 0
        if isExtended ? skip(":") : hasDigit {
            guard let number = number(digits: 2, in: 0...60) else { return nil }
            second = number
            if skip(".") || skip(",") {
                guard hasDigit else { return nil }
                var weight: Int64 = 100_000_000
                while index < text.count, let digit = Timestamp.digit(text[index]) {
                    fraction += digit * weight
                    weight /= 10
                    index += 1
                }
            }
        }
        // 24:00 is the end of the day; a leap second's fraction would run into the next second.
        if hour == 24, minute > 0 || second > 0 || fraction > 0 { return nil }
        if second == 60 { fraction = 0 }
        return (hour * 3600 + minute * 60 + second, fraction)
    }

    private var hasDigit: Bool { index < text.count && Timestamp.digit(text[index]) != nil }

    /// Seconds east of UTC: Z, ±hh, ±hhmm, ±hh:mm, or nothing.
    @_lifetime(self: copy self)
    mutating func offset() -> Int64? {
        if isAtEnd || skip("Z") { return 0 }
        let isEast = skip("+")
        guard isEast || skip("-"), let hours = number(digits: 2, in: 0...23) else { return nil }
        var minutes: Int64 = 0
        if !isAtEnd {
            _ = skip(":")
            guard let number = number(digits: 2, in: 0...59) else { return nil }
            minutes = number
        }
        return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
    }
}
