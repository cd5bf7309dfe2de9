/// A point in time as a calendar date and a time of day, UTC.
package struct CivilTime: Equatable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int
    /// Of the second, 0..<1,000,000,000.
    package let nanosecond: Int

    static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// nanoseconds: since 1970 UTC. The date by Howard Hinnant's `civil_from_days`
    /// ("chrono-Compatible Low-Level Date Algorithms").
    package init(nanoseconds: Int64) {
        let (seconds, rest) = Self.floorDivide(Int(nanoseconds), 1_000_000_000)
        let (days, time) = Self.floorDivide(seconds, 86_400)
        let (era, dayOfEra) = Self.floorDivide(days + 719_468, 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = time / 3600
        minute = time / 60 % 60
        second = time % 60
        nanosecond = rest
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> (Int, Int) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// `2014-07-01`
    package var date: String { "\(year)-\(Self.two(month))-\(Self.two(day))" }
    /// `Jul 1`
    package var dayName: String { Self.monthNames[month - 1] + " " + String(day) }
    /// `08:30`
    package var clock: String { "\(Self.two(hour)):\(Self.two(minute))" }
    /// `08:30:59`, `08:30:59.125`
    package var clockWithSeconds: String {
        let fraction = NumberText.seconds(nanoseconds: Int64(nanosecond)).dropFirst()
        return "\(clock):\(Self.two(second))\(fraction)"
    }
    /// `2014-07-01 08:30`, with seconds where there are any.
    package var text: String {
        date + " " + (second == 0 && nanosecond == 0 ? clock : clockWithSeconds)
    }

    private static func two(_ value: Int) -> String {
        NumberText.padded(UInt64(value), digits: 2)
    }
}
