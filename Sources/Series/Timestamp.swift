/// Points in time as people write them, read into nanoseconds since 1970 UTC.
package enum Timestamp {
    /// What a bare number counts, by its size: a feed of this century cannot mean anything else.
    package enum Unit: Int64, Sendable, CaseIterable {
        case seconds = 1_000_000_000
        case milliseconds = 1_000_000
        case microseconds = 1_000
        case nanoseconds = 1

        /// Under 1e11 seconds, under 1e14 milliseconds, under 1e17 microseconds, else nanoseconds.
        package init(magnitude: UInt64) {
            switch magnitude {
            case ..<100_000_000_000: self = .seconds
            case ..<100_000_000_000_000: self = .milliseconds
            case ..<100_000_000_000_000_000: self = .microseconds
            default: self = .nanoseconds
            }
        }

        package init(magnitude: Double) {
            switch magnitude.magnitude {
            case ..<1e11: self = .seconds
            case ..<1e14: self = .milliseconds
            case ..<1e17: self = .microseconds
            default: self = .nanoseconds
            }
        }
    }

    /// A decimal number (`1763692800.123`, no exponent), digit by digit, so that no nanosecond is
    /// lost to a Double; digits beyond nanoseconds are dropped. Nil when the text is something else
    /// or out of range. unit: nil is told by the number's size.
    package static func nanoseconds(
        ofNumber text: Span<UInt8>, unit: Unit? = nil
    ) -> Int64? {
        var reader = DigitReader(text)
        let isNegative = reader.skip(UInt8(ascii: "-"))
        if !isNegative { _ = reader.skip(UInt8(ascii: "+")) }
        guard let whole = reader.number(digits: 1...19) else { return nil }
        let unit = unit ?? Unit(magnitude: whole)
        var fraction: Int64 = 0
        if reader.skip(UInt8(ascii: ".")) { fraction = reader.fraction(of: unit.rawValue) }
        guard reader.isAtEnd, let count = Int64(exactly: whole) else { return nil }
        let (product, isTooLarge) = count.multipliedReportingOverflow(by: unit.rawValue)
        let (result, isJustTooLarge) = product.addingReportingOverflow(fraction)
        if isTooLarge || isJustTooLarge { return nil }
        return isNegative ? -result : result
    }

    /// ISO 8601: a date with `-` or without separators, then, after `T` or a space, hours and
    /// minutes, perhaps seconds with a fraction, and `Z` or an offset from UTC. Without an offset
    /// the time is UTC. Digits beyond nanoseconds are dropped; a leap second is the second after
    /// it, as in POSIX time. Nil when the text is something else, or past what 64 bits hold.
    package static func nanoseconds(ofISO8601 text: Span<UInt8>) -> Int64? {
        var reader = DigitReader(text)
        guard let year = reader.number(digits: 4...4) else { return nil }
        let hasDashes = reader.skip(UInt8(ascii: "-"))
        guard let month = reader.number(digits: 2...2) else { return nil }
        if hasDashes, !reader.skip(UInt8(ascii: "-")) { return nil }
        guard let day = reader.number(digits: 2...2),
            let days = daysSince1970(year: Int64(year), month: Int64(month), day: Int64(day))
        else { return nil }
        if reader.isAtEnd { return nanoseconds(days: days) }
        guard reader.skipDateSeparator(), let clock = reader.timeOfDay(),
            let offset = reader.zoneOffset(), reader.isAtEnd
        else { return nil }
        return nanoseconds(days: days, clock: clock, offset: offset)
    }

    /// The time on a day's clock that is ahead of UTC by `offset`, both in nanoseconds; nil before
    /// 1677-09-21 and after 2262-04-11, past what 64 bits hold. days: since 1970-01-01.
    package static func nanoseconds(days: Int64, clock: Int64 = 0, offset: Int64 = 0) -> Int64? {
        let second = Unit.seconds.rawValue
        // The fraction gets the sign of the seconds, so that nothing overflows on the way.
        let (seconds, fraction) = (clock - offset).quotientAndRemainder(dividingBy: second)
        var whole = days * 86_400 + seconds
        var rest = fraction
        if whole < 0, rest > 0 { (whole, rest) = (whole + 1, rest - second) }
        if whole > 0, rest < 0 { (whole, rest) = (whole - 1, rest + second) }
        let (product, isTooLarge) = whole.multipliedReportingOverflow(by: second)
        let (sum, isJustTooLarge) = product.addingReportingOverflow(rest)
        return isTooLarge || isJustTooLarge ? nil : sum
    }

    /// Days from 1970-01-01 to a day of the Gregorian calendar, nil when there is no such day in
    /// the years 1…9999.
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    package static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64? {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [12 of Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[Int(month) - 1] else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
