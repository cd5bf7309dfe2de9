import Evaluation
import TestSupport
import Testing

@Suite("CSV records")
struct CSVRecordTests {
    /// All records of a text, read in blocks of `blockBytes`.
    static func records(
        _ text: String, delimiter: Character = ",", blockBytes: Int = .max
    ) throws(CSVRecordParser.Fault) -> [[String]] {
        var parser = CSVRecordParser(delimiter: delimiter.asciiValue!)
        var record = CSVRecord()
        var records: [[String]] = []
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + min(blockBytes, bytes.count))
            let block = Array(bytes[start..<end])
            var position = 0
            while try parser.parse(block, from: &position, into: &record) {
                records.append((0..<record.count).map(record.text))
            }
            start = end
        }
        if try parser.finish(&record) { records.append((0..<record.count).map(record.text)) }
        return records
    }

    @Test(
        "cuts text into fields",
        arguments: [
            ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
            ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
            ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
            ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
            ("\"a,b\",c\n", [["a,b", "c"]]),
            ("\"a\"\"b\"\"\",c\n", [["a\"b\"", "c"]]),
            ("\"two\nlines\",c\n", [["two\nlines", "c"]]),
            ("\"two\r\nlines\",c\n", [["two\r\nlines", "c"]]),
            ("  \"a, b\" , c \n", [["a, b", "c"]]),
            ("5\" pipe,c\n", [["5\" pipe", "c"]]),
            ("\"a\"b,c\n", [["ab", "c"]]),
            (",\n", [["", ""]]),
            (",,", [["", "", ""]]),
            ("\"\"", [[""]]),
            ("a\n\nb\n", [["a"], [""], ["b"]]),
            ("", []),
        ])
    func cutsFields(text: String, expected: [[String]]) throws {
        #expect(try Self.records(text) == expected)
    }

    @Test("the place where blocks are cut changes nothing")
    func cutsBlocksAnywhere() throws {
        let seed: UInt64 = 11
        var random = SplitMix64(seed: seed)
        let letters = Array("a1,\"\n\r ;é")
        for round in 0..<2_000 {
            let text = String(
                (0..<Int.random(in: 0...30, using: &random)).map { _ in
                    letters.randomElement(using: &random)!
                })
            let whole = try? Self.records(text)
            let blockBytes = Int.random(in: 1...5, using: &random)
            let pieces = try? Self.records(text, blockBytes: blockBytes)
            try #require(whole == pieces, "seed \(seed), round \(round), \(text.debugDescription)")
        }
    }

    @Test("what one writes with quotes comes back")
    func readsBackWhatIsQuoted() throws {
        let seed: UInt64 = 12
        var random = SplitMix64(seed: seed)
        let letters = Array("ab\",\r\nü;\t")
        for round in 0..<2_000 {
            let width = Int.random(in: 1...4, using: &random)
            let table = (0..<3).map { _ in
                (0..<width).map { _ in
                    "x"
                        + String(
                            (0..<Int.random(in: 0...6, using: &random)).map { _ in
                                letters.randomElement(using: &random)!
                            }) + "x"
                }
            }
            let text = table.map { row in
                row.map {
                    "\""
                        + $0.split(separator: "\"", omittingEmptySubsequences: false)
                        .joined(separator: "\"\"") + "\""
                }.joined(separator: ",")
            }.joined(separator: "\r\n")
            try #require(try Self.records(text) == table, "seed \(seed), round \(round)")
        }
    }

    @Test("a quote that stays open and a zero byte name their line")
    func namesTheLine() {
        #expect(throws: CSVRecordParser.Fault.openQuote(line: 4)) {
            try Self.records("a\n\"two\nlines\"\n\"open\n\n\n")
        }
        #expect(throws: CSVRecordParser.Fault.zeroByte(line: 2)) {
            try Self.records("a\nb\0\n")
        }
    }

    @Test("a record without an end is given up at 16 MiB")
    func givesUp() {
        let text = "a\n\"" + String(repeating: "0123456789abcdef", count: 1 << 20) + "\n"
        #expect(throws: CSVRecordParser.Fault.openQuote(line: 2)) {
            try Self.records(text, blockBytes: 1 << 16)
        }
    }
}
