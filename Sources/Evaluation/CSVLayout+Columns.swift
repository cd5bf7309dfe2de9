/// Names of columns, and which of them holds the time.
extension CSVLayout {
    /// Names by which a time column is known, in lower case, only letters.
    private static let timeNames: Set<String> = [
        "time", "timestamp", "date", "datetime", "ts", "t", "ds", "utc", "timeutc", "dateutc",
        "timestamputc", "datetimeutc", "utctime", "localtime", "epoch", "unixtime", "unix",
        "timestampms", "timestampns", "timems", "timens",
    ]

    /// The header's names made unique and fit for a stream, or `column1`, `column2`...
    static func names(of header: CSVRecord?, width: Int) -> [String] {
        var taken: Set<String> = []
        return (0..<width).map { field in
            let base = header.map { fitName($0.text(field)) } ?? ""
            var name = base.isEmpty ? "column\(field + 1)" : base
            var count = 1
            while !taken.insert(name).inserted {
                count += 1
                name = "\(base)_\(count)"
            }
            return name
        }
    }

    /// Without control characters and at most 240 bytes long, so that a prefix still fits.
    private static func fitName(_ text: String) -> String {
        var name = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            let kept: Unicode.Scalar = isControl ? " " : scalar
            bytes += UTF8.width(kept)
            if bytes > 240 { break }
            name.append(kept)
        }
        return String(name)
    }

    /// By name first, then by content: dates as text, or numbers that must be seconds (or
    /// milli-, micro-, nanoseconds) of the years 2001 to 2100 and only grow.
    static func findTime(
        names: [String], summaries: [FieldSummary]
    ) -> (field: Int, format: CSVTimeFormat)? {
        for field in names.indices where isTimeName(names[field]) {
            let cells = summaries[field].cells
            guard let format = CSVTimeFormat.fitting(cells) else { continue }
            // Small numbers under such a name must not run backwards: an hour of the day would.
            if format != .number || areEpochTimes(cells) || !runsBackwards(cells) {
                return (field, format)
            }
        }
        for field in names.indices {
            let cells = summaries[field].cells
            guard summaries[field].texts * 2 > cells.count,
                let format = CSVTimeFormat.fitting(cells)
            else { continue }
            return (field, format)
        }
        for field in names.indices {
            let cells = summaries[field].cells
            if cells.count > 1, areEpochTimes(cells), rises(cells) { return (field, .number) }
        }
        return nil
    }

    /// How the time is written in a column that somebody named; nil when it is no time.
    static func timeFormat(
        ofField field: Int, records: ArraySlice<CSVRecord>
    ) -> CSVTimeFormat? {
        let cells = records.compactMap { record -> [UInt8]? in
            guard field < record.count else { return nil }
            let cell = Array(record.bytes[record.field(field)])
            return cell.isEmpty ? nil : cell
        }
        return CSVTimeFormat.fitting(cells)
    }

    private static func times(_ cells: [[UInt8]]) -> [Int64] {
        cells.compactMap { CSVTimeFormat.number.nanoseconds($0.span) }
    }

    private static func runsBackwards(_ cells: [[UInt8]]) -> Bool {
        let times = times(cells)
        return zip(times, times.dropFirst()).contains(where: >)
    }

    private static func rises(_ cells: [[UInt8]]) -> Bool {
        let times = times(cells)
        return zip(times, times.dropFirst()).allSatisfy(<)
    }

    private static func isTimeName(_ name: String) -> Bool {
        timeNames.contains(String(name.lowercased().filter(\.isLetter)))
    }

    /// Of the years 2001 to 2100, all of them.
    private static func areEpochTimes(_ cells: [[UInt8]]) -> Bool {
        let years2001To2100: ClosedRange<Int64> =
            978_307_200_000_000_000...4_133_980_799_999_999_999
        let times = times(cells)
        return times.count == cells.count && times.allSatisfy(years2001To2100.contains)
    }
}
