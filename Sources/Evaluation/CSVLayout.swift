/// What a CSV file's first records tell about the rest: delimiter, names, time column, values.
package struct CSVLayout: Equatable, Sendable {
    /// Records that are looked at.
    static let sampleRecords = 1_000

    package var delimiter: UInt8
    package var hasHeader: Bool
    /// One name per field: of the header, or `column1`, `column2`... Unique and fit for a stream.
    package var names: [String]
    /// The field that holds the time, nil when there is none.
    package var timeField: Int?
    package var timeFormat = CSVTimeFormat.number
    /// Fields that hold numbers, in the file's order, without the time.
    package var valueFields: [Int]
    /// Fields that somebody named as exogenous inputs, in that order.
    package var inputFields: [Int] = []
    /// Fields that hold words, the time perhaps among them.
    package private(set) var wordFields: [Int]

    /// Numbers such as `1,5`: where another delimiter leaves the comma free.
    package var decimalComma: Bool { delimiter != UInt8(ascii: ",") }

    /// What the sampled cells of one field are.
    struct FieldSummary {
        var numbers = 0
        var texts = 0
        var cells: [[UInt8]] = []

        /// Not more words than numbers; nothing at all may still become numbers.
        var isNumeric: Bool { texts == 0 || numbers >= texts }
    }

    /// - Parameter records: the first records, complete ones only, blank ones left out.
    /// - Returns: nil when there is no record at all.
    init?(records: [CSVRecord], delimiter: UInt8, hasHeader: Bool?) {
        guard let first = records.first else { return nil }
        self.delimiter = delimiter
        let usesComma = delimiter != UInt8(ascii: ",")
        let body = records.dropFirst()
        let width = first.count
        var summaries = Self.summaries(of: body, width: width, decimalComma: usesComma)
        self.hasHeader =
            hasHeader ?? Self.looksLikeHeader(first, over: summaries, decimalComma: usesComma)
        if !self.hasHeader {
            summaries = Self.summaries(of: records[...], width: width, decimalComma: usesComma)
        }
        names = Self.names(of: self.hasHeader ? first : nil, width: width)
        valueFields = summaries.indices.filter { summaries[$0].isNumeric }
        wordFields = summaries.indices.filter { !summaries[$0].isNumeric }
        if let (field, format) = Self.findTime(names: names, summaries: summaries) {
            timeField = field
            timeFormat = format
            valueFields.removeAll { $0 == field }
        }
    }

    /// The delimiter that cuts most records into the same number of fields, and of these the one
    /// that makes most fields; a comma when none cuts anything.
    static func delimiter(of head: [UInt8], isComplete: Bool) -> UInt8 {
        var best = (delimiter: UInt8(ascii: ","), agreement: 0.0, width: 1)
        for candidate in [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")] {
            let records = records(
                of: head, delimiter: candidate, isComplete: isComplete, limit: 100)
            guard let width = records.first?.count, width > 1 else { continue }
            let agreeing = records.count { $0.count == width }
            let agreement = Double(agreeing) / Double(records.count)
            if agreement > best.agreement || (agreement == best.agreement && width > best.width) {
                best = (candidate, agreement, width)
            }
        }
        return best.delimiter
    }

    /// The complete records at the start of `head`, without blank ones; stops at a fault, which
    /// the reader will meet again and report.
    static func records(
        of head: [UInt8], delimiter: UInt8, isComplete: Bool, limit: Int
    ) -> [CSVRecord] {
        var parser = CSVRecordParser(delimiter: delimiter)
        var position = 0
        var record = CSVRecord()
        var records: [CSVRecord] = []
        while records.count < limit {
            let isRecord =
                (try? parser.parse(head, from: &position, into: &record)) == true
                || (isComplete && (try? parser.finish(&record)) == true)
            guard isRecord else { break }
            if !record.isBlank { records.append(record) }
        }
        return records
    }

    private static func summaries(
        of records: ArraySlice<CSVRecord>, width: Int, decimalComma: Bool
    ) -> [FieldSummary] {
        var summaries = Array(repeating: FieldSummary(), count: width)
        for record in records {
            for field in 0..<min(width, record.count) {
                let range = record.field(field)
                let cell = CSVCell(
                    record.bytes.span.extracting(range), decimalComma: decimalComma)
                switch cell {
                case .number: summaries[field].numbers += 1
                case .missing: continue
                case .text: summaries[field].texts += 1
                }
                summaries[field].cells.append(Array(record.bytes[range]))
            }
        }
        return summaries
    }

    /// A first record is a header when one of its cells is a word where the cells below are
    /// numbers or times, or when all of them are words.
    private static func looksLikeHeader(
        _ first: CSVRecord, over summaries: [FieldSummary], decimalComma: Bool
    ) -> Bool {
        let words = (0..<first.count).filter { field in
            let range = first.field(field)
            let cell = CSVCell(first.bytes.span.extracting(range), decimalComma: decimalComma)
            return cell == .text && CSVTimeFormat.fitting([Array(first.bytes[range])]) == nil
        }
        return words.count == first.count
            || words.contains { field in
                let below = summaries[field]
                return below.isNumeric || CSVTimeFormat.fitting(below.cells) != nil
            }
    }
}
