package import Logging

/// One event as one line of text. Pure: the handler supplies time and place.
package enum LogLine {
    /// How a line is written.
    package enum Format: Sendable, Equatable {
        /// `2025-11-21T07:46:00.123Z INFO Listening endpoint=tcp://127.0.0.1:5555`.
        /// Without a time for the journal, which has its own.
        case text
        /// `{"time":"2025-11-21T07:46:00.123Z","level":"info","message":"Listening",…}`
        case json
    }

    /// The line, without its end. Metadata in alphabetical order.
    /// - Parameter timeNanoseconds: since 1970, UTC.
    package static func line(
        _ format: Format, level: Logger.Level, message: String, metadata: Logger.Metadata,
        timeNanoseconds: Int64, forJournal: Bool
    ) -> String {
        let prefix = forJournal ? "<\(priority(of: level))>" : ""
        switch format {
        case .text:
            let time = forJournal ? "" : "\(timestamp(timeNanoseconds)) "
            let pairs = metadata.sorted { $0.key < $1.key }
                .map { " \(visible($0.key))=\(textValue($0.value))" }
            let line = "\(level.rawValue.uppercased()) \(visible(message))\(pairs.joined())"
            return prefix + time + line
        case .json:
            let own = [
                ("time", timestamp(timeNanoseconds)), ("level", level.rawValue),
                ("message", message),
            ]
            let names = own.map(\.0)
            let pairs =
                own.map { "\(quoted($0)):\(quoted($1))" }
                + metadata.sorted { $0.key < $1.key }.map { key, value in
                    let key = names.contains(key) ? "metadata.\(key)" : key
                    return "\(quoted(key)):\(jsonValue(value))"
                }
            return "\(prefix){\(pairs.joined(separator: ","))}"
        }
    }

    /// The severity of syslog (RFC 5424, section 6.2.1), as in `<6>` for the journal.
    static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// RFC 3339 in UTC, to the millisecond, rounded down.
    package static func timestamp(_ nanoseconds: Int64) -> String {
        func digits(_ number: Int64, _ count: Int) -> String {
            let text = "\(number)"
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let milliseconds = floorDivide(nanoseconds, 1_000_000)
        let days = floorDivide(milliseconds.quotient, 86_400_000)
        let (year, month, day) = date(daysSince1970: days.quotient)
        let seconds = days.remainder / 1000
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { digits($0, 2) }
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
            + "T\(clock.joined(separator: ":")).\(digits(days.remainder % 1000, 3))Z"
    }

    /// The Gregorian date of a day: "civil_from_days" of Howard Hinnant, chrono-compatible
    /// low-level date algorithms.
    private static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func floorDivide(_ a: Int64, _ b: Int64) -> (quotient: Int64, remainder: Int64) {
        let remainder = (a % b + b) % b
        return ((a - remainder) / b, remainder)
    }
}
