/// One record of a CSV file: its fields, unquoted, in one buffer that is reused.
package struct CSVRecord: Equatable, Sendable {
    /// The bytes of all fields, one after the other.
    package fileprivate(set) var bytes: [UInt8] = []
    /// Where each field ends in `bytes`.
    package fileprivate(set) var ends: [Int] = []
    /// The line of the file on which the record starts, from 1.
    package fileprivate(set) var line = 1
    fileprivate var hasQuotes = false

    package init() {}

    package var count: Int { ends.count }

    /// An empty line, or one of spaces only.
    package var isBlank: Bool {
        ends.count == 1 && !hasQuotes && bytes.allSatisfy { $0 == UInt8(ascii: " ") }
    }

    /// The bytes of a field, without the spaces and tabs around it.
    package func field(_ index: Int) -> Range<Int> {
        var start = index == 0 ? 0 : ends[index - 1]
        var end = ends[index]
        while start < end, Self.isSpace(bytes[start]) { start += 1 }
        while end > start, Self.isSpace(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    package func text(_ index: Int) -> String {
        String(decoding: bytes[field(index)], as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}

/// Cuts bytes into records as RFC 4180 says, and a little more kindly: lines may end in LF, CRLF or
/// CR, and a quote inside an unquoted field is an ordinary character.
///
/// Bytes may come in blocks of any size; the state between two blocks is kept.
package struct CSVRecordParser: Sendable {
    /// Why bytes are no records.
    package enum Fault: Error, Equatable, Sendable {
        /// A quote was opened and not closed before the end of the file, or for `recordBytes`.
        case openQuote(line: Int)
        /// A record is longer than `recordBytes`.
        case tooLong(line: Int)
        /// A zero byte: not text.
        case zeroByte(line: Int)
    }

    /// The longest record. A longer one means an unclosed quote or a file that is no CSV.
    package static let recordBytes = 16 << 20

    private enum State { case fieldStart, plain, quoted, quoteInQuoted }

    package let delimiter: UInt8
    private var state = State.fieldStart
    private var line = 1
    private var isRecordOpen = false
    /// The byte before was a CR that ended a record: an LF now belongs to it.
    private var skipsLineFeed = false

    package init(delimiter: UInt8) { self.delimiter = delimiter }

    /// Reads on from `position` until a record is complete.
    /// - Returns: false when the block ended first; `record` then holds what there is of it.
    package mutating func parse(
        _ block: [UInt8], from position: inout Int, into record: inout CSVRecord
    ) throws(Fault) -> Bool {
        if !isRecordOpen { open(&record) }
        while position < block.count {
            let byte = block[position]
            position += 1
            if skipsLineFeed {
                skipsLineFeed = false
                if byte == UInt8(ascii: "\n") { continue }
            }
            if try take(byte, into: &record) { return true }
        }
        return false
    }

    /// Completes the last record of a file that does not end in a line break.
    /// - Returns: false when there is none.
    package mutating func finish(_ record: inout CSVRecord) throws(Fault) -> Bool {
        if state == .quoted { throw .openQuote(line: record.line) }
        guard isRecordOpen, !record.bytes.isEmpty || record.count > 0 || record.hasQuotes else {
            return false
        }
        close(&record)
        return true
    }

    private mutating func open(_ record: inout CSVRecord) {
        record.bytes.removeAll(keepingCapacity: true)
        record.ends.removeAll(keepingCapacity: true)
        record.hasQuotes = false
        record.line = line
        isRecordOpen = true
        state = .fieldStart
    }

    private mutating func close(_ record: inout CSVRecord) {
        record.ends.append(record.bytes.count)
        isRecordOpen = false
        state = .fieldStart
    }

    /// - Returns: true when the byte ended the record.
    private mutating func take(_ byte: UInt8, into record: inout CSVRecord) throws(Fault) -> Bool {
        let isLineBreak = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
        if isLineBreak {
            // A CRLF inside quotes counts once: its LF.
            if byte == UInt8(ascii: "\n") || state != .quoted { line += 1 }
        } else if byte == 0 {
            throw .zeroByte(line: line)
        }
        switch state {
        case .quoted:
            if byte == UInt8(ascii: "\"") {
                state = .quoteInQuoted
            } else {
                try append(byte, to: &record)
            }
            return false
        case .quoteInQuoted where byte == UInt8(ascii: "\""):
            try append(byte, to: &record)
            state = .quoted
            return false
        case .fieldStart where byte == UInt8(ascii: "\""):
            record.hasQuotes = true
            state = .quoted
            return false
        case .fieldStart, .plain, .quoteInQuoted:
            if isLineBreak {
                skipsLineFeed = byte == UInt8(ascii: "\r")
                close(&record)
                return true
            }
            if byte == delimiter {
                record.ends.append(record.bytes.count)
                state = .fieldStart
            } else {
                // Spaces before an opening quote are no part of the field.
                let isIndent = state == .fieldStart && byte == UInt8(ascii: " ")
                state = isIndent ? .fieldStart : .plain
                try append(byte, to: &record)
            }
            return false
        }
    }

    private mutating func append(_ byte: UInt8, to record: inout CSVRecord) throws(Fault) {
        guard record.bytes.count < Self.recordBytes else {
            throw state == .quoted ? .openQuote(line: record.line) : .tooLong(line: record.line)
        }
        record.bytes.append(byte)
    }
}
