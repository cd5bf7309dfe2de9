/// Opening a file: its first bytes, and what the options make of the layout.
extension CSVReader {
    /// Reads until three records are complete, or the file or the patience for a record ends.
    static func readHead(
        of source: borrowing ByteSource, delimiter: UInt8?
    ) throws(CSVError) -> (bytes: [UInt8], isComplete: Bool) {
        var bytes: [UInt8] = []
        var isComplete = false
        repeat {
            isComplete = try !source.read(into: &bytes)
            try refuseForeignFormats(bytes, path: source.path)
            // A record does not end sooner for another delimiter, but for quotes at field starts.
            let records = CSVLayout.records(
                of: bytes, delimiter: delimiter ?? UInt8(ascii: ","), isComplete: false,
                limit: 3)
            if records.count == 3 { break }
        } while !isComplete && bytes.count <= CSVRecordParser.recordBytes
        let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
        if bytes.starts(with: byteOrderMark) { bytes.removeFirst(byteOrderMark.count) }
        return (bytes, isComplete)
    }

    /// Files that people take for CSV, told by their first bytes.
    private static func refuseForeignFormats(_ bytes: [UInt8], path: String) throws(CSVError) {
        let formats: [(magic: [UInt8], problem: String)] = [
            ([0xff, 0xfe], "UTF-16 text: save it as UTF-8"),
            ([0xfe, 0xff], "UTF-16 text: save it as UTF-8"),
            ([0x1f, 0x8b], "compressed by gzip: unpack it, or pipe it through zcat"),
            ([0x50, 0x4b, 0x03, 0x04], "a zip archive or an Excel workbook: save it as CSV"),
            (Array("PAR1".utf8), "a Parquet file: save it as CSV"),
        ]
        for format in formats where bytes.starts(with: format.magic) {
            throw CSVError(.badData, path: path, problem: format.problem)
        }
    }

    /// Throws what keeps a record from being read, if anything does.
    static func throwFault(in head: [UInt8], delimiter: UInt8, path: String) throws(CSVError) {
        var parser = CSVRecordParser(delimiter: delimiter)
        var position = 0
        var record = CSVRecord()
        do {
            while try parser.parse(head, from: &position, into: &record) {}
            _ = try parser.finish(&record)
        } catch {
            throw CSVError(error, path: path)
        }
    }
}

extension CSVLayout {
    /// Puts the columns that were asked for in place of the ones found.
    mutating func apply(
        _ options: CSVReader.Options, records: [CSVRecord], path: String
    ) throws(CSVError) {
        if let name = options.timeColumn {
            let field = try self.field(named: name, path: path)
            let body = hasHeader ? records.dropFirst() : records[...]
            guard let format = Self.timeFormat(ofField: field, records: body) else {
                throw CSVError(
                    .badData, path: path, column: names[field],
                    problem: "not a time: expected ISO 8601 or seconds since 1970")
            }
            timeField = field
            timeFormat = format
            valueFields.removeAll { $0 == field }
        }
        inputFields = try fields(named: options.inputColumns, path: path)
        if !options.columns.isEmpty {
            valueFields = try fields(named: options.columns, path: path)
            if let both = valueFields.first(where: inputFields.contains) {
                throw CSVError(
                    .noSuchColumn, path: path, column: names[both],
                    problem: "either forecast or an input: ask for one of them")
            }
        } else {
            valueFields.removeAll(where: inputFields.contains)
        }
        if let time = timeField, options.timeColumn == nil,
            (options.columns.isEmpty ? inputFields : valueFields + inputFields).contains(time)
        {
            timeField = nil
        }
        if valueFields.isEmpty {
            let besides = inputFields.isEmpty ? "" : " besides the inputs"
            throw CSVError(
                .badData, path: path,
                problem: "no column of numbers\(besides) among "
                    + names.prefix(8).joined(separator: ", "))
        }
        try refuseNewestFirst(records, path: path)
    }

    /// Columns, each once.
    private func fields(named names: [String], path: String) throws(CSVError) -> [Int] {
        var fields: [Int] = []
        for name in names {
            let field = try field(named: name, path: path)
            guard !fields.contains(field) else {
                throw CSVError(
                    .noSuchColumn, path: path, column: self.names[field],
                    problem: "asked for twice")
            }
            fields.append(field)
        }
        return fields
    }

    /// A column by its name or, where no name is like it, its number from 1.
    private func field(named name: String, path: String) throws(CSVError) -> Int {
        if let field = names.firstIndex(of: name) { return field }
        if let number = Int(name), names.indices.contains(number - 1) { return number - 1 }
        let isLong = names.count > 12
        throw CSVError(
            .noSuchColumn, path: path, column: name,
            problem: "not in the file, which has " + names.prefix(12).joined(separator: ", ")
                + (isLong ? " and \(names.count - 12) more" : ""))
    }

    /// Rows from the newest to the oldest would all be late.
    private func refuseNewestFirst(_ records: [CSVRecord], path: String) throws(CSVError) {
        guard let timeField else { return }
        let times = (hasHeader ? records.dropFirst() : records[...]).compactMap { record in
            timeField < record.count
                ? timeFormat.nanoseconds(record.bytes.span.extracting(record.field(timeField)))
                : nil
        }
        guard times.count > 1, zip(times, times.dropFirst()).allSatisfy(>) else { return }
        throw CSVError(
            .badData, path: path, column: names[timeField],
            problem: "the newest row comes first: sort the file by time, oldest first")
    }
}

extension CSVError {
    init(_ fault: CSVRecordParser.Fault, path: String) {
        switch fault {
        case .openQuote(let line):
            self.init(
                .badData, path: path, line: line,
                problem: "a quote that is opened here is never closed: close it or remove it")
        case .tooLong(let line):
            self.init(
                .badData, path: path, line: line,
                problem: "a line of more than 16 MiB: this is no CSV file")
        case .zeroByte(let line):
            self.init(
                .badData, path: path, line: line,
                problem: "a zero byte: this is no text in UTF-8")
        }
    }
}
