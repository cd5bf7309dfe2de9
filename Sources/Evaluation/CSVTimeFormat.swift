import Series

/// How the cells of a time column are written.
package enum CSVTimeFormat: Equatable, Sendable, CaseIterable {
    /// `2016-07-01 00:00:00` and the other forms of `Timestamp.nanoseconds(ofISO8601:)`.
    case iso8601
    /// `2016/7/1 0:00`, `2016.07.01`.
    case yearFirst
    /// `7/1/2016 0:00`, `07-01-2016 01:30 PM`.
    case monthFirst
    /// `1.7.2016 0:00`, `01/07/2016`.
    case dayFirst
    /// `20160701`: a number that is a calendar day of 1900…2100.
    case compactDate
    /// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size.
    case number

    /// Nanoseconds since 1970 UTC, nil when the text is not written this way.
    package func nanoseconds(_ text: Span<UInt8>) -> Int64? {
        switch self {
        case .iso8601: Timestamp.nanoseconds(ofISO8601: text)
        case .yearFirst, .monthFirst, .dayFirst: separatedDate(text)
        case .compactDate: compactDate(text)
        case .number: Timestamp.nanoseconds(ofNumber: text)
        }
    }

    /// The format that most of the cells are written in, and more than half of them; nil when they
    /// are no times.
    ///
    /// Of formats that fit equally well it is one under which time never runs backwards, and of
    /// these the first case; but a date with dots is day first in any country.
    package static func fitting(_ cells: [[UInt8]]) -> CSVTimeFormat? {
        guard let first = cells.first else { return nil }
        let hasDots = first.prefix(3).contains(UInt8(ascii: "."))
        let order: [CSVTimeFormat] =
            hasDots
            ? [.iso8601, .yearFirst, .dayFirst, .monthFirst, .compactDate, .number] : allCases
        var best: (format: CSVTimeFormat, count: Int, isOrdered: Bool)?
        for format in order {
            let times = cells.compactMap { format.nanoseconds($0.span) }
            let isOrdered = zip(times, times.dropFirst()).allSatisfy(<=)
            if let best, times.count < best.count { continue }
            if let best, times.count == best.count, best.isOrdered || !isOrdered { continue }
            best = (format, times.count, isOrdered)
        }
        return best.flatMap { $0.count * 2 > cells.count ? $0.format : nil }
    }

    /// Three numbers between `/`, `.` or `-`, then perhaps a time of day with AM or PM.
    private func separatedDate(_ text: Span<UInt8>) -> Int64? {
        var reader = DigitReader(text)
        guard let first = reader.number(digits: 1...4), let separator = reader.peek,
            [UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-")].contains(separator),
            reader.skip(separator), let second = reader.number(digits: 1...2),
            reader.skip(separator), let third = reader.number(digits: 1...4)
        else { return nil }
        let (year, month, day) =
            switch self {
            case .yearFirst: (first, second, third)
            case .monthFirst: (third, first, second)
            default: (third, second, first)
            }
        guard
            let days = Timestamp.daysSince1970(
                year: Int64(year), month: Int64(month), day: Int64(day))
        else { return nil }
        if reader.isAtEnd { return Timestamp.nanoseconds(days: days) }
        guard reader.skipDateSeparator(), var clock = reader.timeOfDay() else { return nil }
        let halfDay: Int64 = 43_200_000_000_000
        _ = reader.skip(UInt8(ascii: " "))
        if reader.skip(UInt8(ascii: "P")) || reader.skip(UInt8(ascii: "p")) {
            guard reader.skip(UInt8(ascii: "M")) || reader.skip(UInt8(ascii: "m")) else {
                return nil
            }
            clock = clock % halfDay + halfDay
        } else if reader.skip(UInt8(ascii: "A")) || reader.skip(UInt8(ascii: "a")) {
            guard reader.skip(UInt8(ascii: "M")) || reader.skip(UInt8(ascii: "m")) else {
                return nil
            }
            clock %= halfDay
        }
        guard let offset = reader.zoneOffset(), reader.isAtEnd else { return nil }
        return Timestamp.nanoseconds(days: days, clock: clock, offset: offset)
    }

    private func compactDate(_ text: Span<UInt8>) -> Int64? {
        var reader = DigitReader(text)
        guard let year = reader.number(digits: 4...4), (1900...2100).contains(year),
            let month = reader.number(digits: 2...2), let day = reader.number(digits: 2...2),
            reader.isAtEnd,
            let days = Timestamp.daysSince1970(
                year: Int64(year), month: Int64(month), day: Int64(day))
        else { return nil }
        return Timestamp.nanoseconds(days: days)
    }
}
