import Series

/// The rows of a CSV file one after the other, in constant memory.
///
/// Delimiter, header, time column and value columns are found from the start of the file, see
/// `CSVLayout`; the options say otherwise. Cells that are empty, NA, NaN, null and the like are
/// NaN: missing.
package struct CSVReader: ~Copyable {
    package struct Options: Sendable {
        /// Columns to read as values, by name or by number from 1. Empty: all that hold numbers.
        package var columns: [String] = []
        /// Columns to read as exogenous inputs, by name or by number: they are no values.
        package var inputColumns: [String] = []
        /// The column with the time, by name or by number; nil: found by itself, if there is one.
        package var timeColumn: String?
        /// Whether the first record holds names; nil: found by itself.
        package var hasHeader: Bool?
        /// Nil: found by itself among `,`, `;` and tab.
        package var delimiter: UInt8?

        package init() {}
    }

    /// One row, reused from row to row.
    package struct Row: Equatable, Sendable {
        /// The line of the file on which the row starts, from 1.
        package var line = 0
        /// Nanoseconds since 1970 UTC, nil when the file has no time column.
        package var time: Int64?
        /// One value per column of `columns`, NaN when missing.
        package var values: [Double] = []
        /// One per column of `inputs`, NaN when missing.
        package var inputs: [Double] = []

        package init() {}
    }

    /// The names of the value columns, in the order of a row's values.
    package let columns: [String]
    /// The names of the exogenous inputs, in the order of a row's.
    package let inputs: [String]
    /// The name of the time column.
    package let timeColumn: String?
    package let layout: CSVLayout
    /// The columns that were left out because they hold words.
    package let leftOut: [String]
    private let valueFields: [Int]
    private let inputFields: [Int]
    private let source: ByteSource
    private var parser: CSVRecordParser
    private var record = CSVRecord()
    private var block: [UInt8]
    /// Bytes of the blocks before `block`.
    private var bytesBefore = 0
    private var position = 0
    private var isHeaderPending: Bool

    /// - Parameter path: a file, or `-` for standard input.
    package init(path: String, options: Options = Options()) throws(CSVError) {
        let source = try ByteSource(path: path)
        let head = try Self.readHead(of: source, delimiter: options.delimiter)
        let delimiter =
            options.delimiter
            ?? CSVLayout.delimiter(of: head.bytes, isComplete: head.isComplete)
        let records = CSVLayout.records(
            of: head.bytes, delimiter: delimiter, isComplete: head.isComplete,
            limit: CSVLayout.sampleRecords)
        guard
            var layout = CSVLayout(
                records: records, delimiter: delimiter, hasHeader: options.hasHeader)
        else {
            try Self.throwFault(in: head.bytes, delimiter: delimiter, path: source.path)
            throw CSVError(
                .badData, path: source.path, problem: "no rows: expected lines of numbers")
        }
        if layout.hasHeader, records.count == 1, head.isComplete {
            try Self.throwFault(in: head.bytes, delimiter: delimiter, path: source.path)
            throw CSVError(
                .badData, path: source.path,
                problem: "no rows below the header: expected lines of numbers")
        }
        try layout.apply(options, records: records, path: source.path)
        let names = layout.names
        columns = layout.valueFields.map { names[$0] }
        inputs = layout.inputFields.map { names[$0] }
        timeColumn = layout.timeField.map { names[$0] }
        valueFields = layout.valueFields
        inputFields = layout.inputFields
        let timeField = layout.timeField
        let leftOut = options.columns.isEmpty ? layout.wordFields : []
        let inUse = layout.inputFields + [timeField].compactMap(\.self)
        self.leftOut = leftOut.filter { !inUse.contains($0) }.map { names[$0] }
        self.layout = layout
        block = head.bytes
        parser = CSVRecordParser(delimiter: delimiter)
        isHeaderPending = layout.hasHeader
        self.source = source
    }

    /// Bytes read as rows so far, and bytes of the file; nil when that is not known.
    package var bytesRead: Int { bytesBefore + position }
    package var byteCount: Int? { source.byteCount }
    /// Which file it is; nil for a pipe and the like.
    var file: FileIdentity? { source.file }

    /// Reads the next row into `row`.
    /// - Returns: false at the end of the file.
    package mutating func next(into row: inout Row) throws(CSVError) -> Bool {
        repeat {
            guard try nextRecord() else { return false }
        } while isBlankOrHeader()
        guard record.count == layout.names.count else {
            throw CSVError(
                .badData, path: source.path, line: record.line,
                problem: "\(record.count) fields, expected \(layout.names.count) as in the first "
                    + "line: mend or remove the line")
        }
        row.line = record.line
        row.time = try time()
        row.values.removeAll(keepingCapacity: true)
        for field in valueFields { row.values.append(try value(ofField: field)) }
        row.inputs.removeAll(keepingCapacity: true)
        for field in inputFields { row.inputs.append(try value(ofField: field)) }
        return true
    }

    /// Leaves out so many rows; the one after them is the first, if there are so many.
    package mutating func skip(_ count: Int) throws(CSVError) {
        var row = Row()
        for _ in 0..<count where try !next(into: &row) { return }
    }

    /// There was no row after those to skip.
    func nothingLeft(after count: Int) -> CSVError {
        CSVError(
            .badData, path: source.path, problem: "no row is left after the \(count) to skip")
    }

    /// Whether the record holds no row; the first one that is not blank may be the header.
    private mutating func isBlankOrHeader() -> Bool {
        if record.isBlank { return true }
        defer { isHeaderPending = false }
        return isHeaderPending
    }

    private mutating func nextRecord() throws(CSVError) -> Bool {
        while true {
            do throws(CSVRecordParser.Fault) {
                if try parser.parse(block, from: &position, into: &record) { return true }
            } catch {
                throw CSVError(error, path: source.path)
            }
            bytesBefore += block.count
            block.removeAll(keepingCapacity: true)
            position = 0
            if try source.read(into: &block) { continue }
            do throws(CSVRecordParser.Fault) {
                return try parser.finish(&record)
            } catch {
                throw CSVError(error, path: source.path)
            }
        }
    }

    private func value(ofField field: Int) throws(CSVError) -> Double {
        let range = record.field(field)
        let cell = CSVCell(
            record.bytes.span.extracting(range), decimalComma: layout.decimalComma)
        switch cell {
        case .number(let number): return number
        case .missing: return .nan
        case .text:
            throw CSVError(
                .badData, path: source.path, line: record.line, column: layout.names[field],
                problem: "\(quoted(field)) is not a number: write missing values as an empty "
                    + "cell, NA, NaN or null")
        }
    }

    private func time() throws(CSVError) -> Int64? {
        guard let field = layout.timeField else { return nil }
        let text = record.bytes.span.extracting(record.field(field))
        if let time = layout.timeFormat.nanoseconds(text) { return time }
        throw CSVError(
            .badData, path: source.path, line: record.line, column: layout.names[field],
            problem: "\(quoted(field)) is not a time written like the ones before it")
    }

    /// A cell for a message, cut to a length that a person reads.
    private func quoted(_ field: Int) -> String {
        let text = record.text(field)
        return text.count > 40 ? "\"\(text.prefix(40))...\"" : "\"\(text)\""
    }
}
