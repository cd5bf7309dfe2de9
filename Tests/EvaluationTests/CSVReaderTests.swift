import Evaluation
import Testing

/// Times are checked against `date -u -d TEXT +%s`.
@Suite("CSV reader")
struct CSVReaderTests {
    @Test("finds header, time and values by itself")
    func findsColumns() throws {
        let table = try CSVTable(
            "date,HUFL,place,OT\n2016-07-01 00:00:00,5.8,roof,30.5\n"
                + "2016-07-01 00:15:00,NA,roof,30\n")
        #expect(table.columns == ["HUFL", "OT"])
        #expect(table.timeColumn == "date")
        #expect(table.times == [1_467_331_200_000_000_000, 1_467_332_100_000_000_000])
        #expect(table.text == "5.8 30.5|nan 30.0")
        #expect(table.lines == [2, 3])
    }

    @Test("a file without a header gets numbered columns")
    func readsWithoutHeader() throws {
        let table = try CSVTable("1,2\n3,4\n")
        #expect(table.columns == ["column1", "column2"])
        #expect(table.text == "1.0 2.0|3.0 4.0")
        #expect(table.timeColumn == nil)
        #expect(table.times == [nil, nil])
    }

    @Test(
        "the file's quirks make no difference",
        arguments: [
            "a;b\n1,5;2\n;3\n",
            "\u{feff}a\tb\r\n1.5\t2\r\n\t3\r\n",
            "\"a\",\"b\"\n\"1.5\",\"2\"\n\"\",\"3\"",
            "a, b\r1.5, 2\r\r null , 3\r\r",
            "\n\n a ,b\n 1.5,2.0\nN/A,3e0\n \n",
        ])
    func toleratesQuirks(text: String) throws {
        let table = try CSVTable(text)
        #expect(table.columns == ["a", "b"])
        #expect(table.text == "1.5 2.0|nan 3.0")
    }

    @Test(
        "finds the time by what the column holds",
        arguments: [
            ("when,v\n1/2/2010 0:00,1\n1/13/2010 0:00,2\n", [1_262_390_400, 1_263_340_800]),
            ("when,v\n13.01.2010 00:00,1\n14.01.2010 12:30,2\n", [1_263_340_800, 1_263_472_200]),
            ("v,when\n1,2010/01/13\n2,2010/01/14\n", [1_263_340_800, 1_263_427_200]),
            (
                "when,v\n1/13/2010 11:00 PM,1\n1/14/2010 12:30 AM,2\n",
                [1_263_423_600, 1_263_429_000]
            ),
            // Only day first keeps the time running forwards here.
            (
                "when,v\n11/01/2010,1\n12/01/2010,2\n01/02/2010,3\n",
                [1_263_168_000, 1_263_254_400, 1_264_982_400]
            ),
            ("id,v\n1263340800,1\n1263427200,2\n", [1_263_340_800, 1_263_427_200]),
            ("id,v\n1263340800000,1\n1263427200000,2\n", [1_263_340_800, 1_263_427_200]),
            ("Date,v\n20100113,1\n20100114,2\n", [1_263_340_800, 1_263_427_200]),
            ("1263340800,1\n1263427200,2\n", [1_263_340_800, 1_263_427_200]),
            ("2010-01-13,1\n2010-01-14,2\n", [1_263_340_800, 1_263_427_200]),
            ("t,v\n0,1\n0.5,2\n", [0, 0]),
        ] as [(String, [Int64])])
    func findsTime(text: String, seconds: [Int64]) throws {
        let table = try CSVTable(text)
        #expect(table.columns.count == 1)
        #expect(table.times.map { ($0 ?? -1) / 1_000_000_000 } == seconds)
    }

    @Test("numbers that only look a bit like a time stay values")
    func keepsCounters() throws {
        #expect(try CSVTable("No,v\n1,5\n2,6\n3,7\n").columns == ["No", "v"])
        #expect(try CSVTable("bytes,v\n1263340800,5\n1263340700,6\n").columns == ["bytes", "v"])
        #expect(try CSVTable("time,v\n22,5\n23,6\n0,7\n").columns == ["time", "v"])
    }

    @Test("columns can be asked for by name or number")
    func takesColumns() throws {
        var options = CSVReader.Options()
        options.columns = ["c", "1"]
        let table = try CSVTable("a,b,c\n1,2,3\n", options: options)
        #expect(table.columns == ["c", "a"])
        #expect(table.text == "3.0 1.0")
        options.columns = ["v"]
        options.timeColumn = "n"
        let timed = try CSVTable("v,n,x\n1,2,a\n2,3,b\n", options: options)
        #expect(timed.times == [2_000_000_000, 3_000_000_000])
        #expect(timed.columns == ["v"])
    }

    @Test("columns of inputs are read beside the values, and are none")
    func takesInputs() throws {
        let text = "date,a,b,word,c\n2020-01-01,1,2,x,3\n2020-01-02,4,,y,6\n"
        var options = CSVReader.Options()
        options.inputColumns = ["c", "b"]
        let table = try CSVTable(text, options: options)
        #expect(table.columns == ["a"] && table.inputs == ["c", "b"])
        #expect(table.text == "1.0|4.0" && table.inputText == "3.0 2.0|6.0 nan")
        #expect(table.leftOut == ["word"] && table.timeColumn == "date")
        options.columns = ["a", "date"]
        options.inputColumns = ["5"]
        let chosen = try CSVTable("date,a,b,word,c\n5,1,2,x,3\n", options: options)
        #expect(chosen.columns == ["a", "date"] && chosen.inputs == ["c"])
        // What would be the time is an input where somebody says so.
        options = CSVReader.Options()
        options.inputColumns = ["t"]
        let counted = try CSVTable("t,v\n1,5\n2,6\n", options: options)
        #expect(counted.timeColumn == nil && counted.inputText == "1.0|2.0")
        #expect(counted.columns == ["v"])
    }

    @Test(
        "an input is there once, and is not forecast",
        arguments: [
            ([], ["b", "b"], "column b: asked for twice"),
            (["b"], ["a", "2"], "column b: either forecast or an input: ask for one of them"),
            ([], ["c"], "column c: not in the file, which has a, b"),
            ([], ["a", "b"], "no column of numbers besides the inputs among a, b"),
        ] as [([String], [String], String)])
    func refusesInputs(columns: [String], inputs: [String], expected: String) throws {
        var options = CSVReader.Options()
        (options.columns, options.inputColumns) = (columns, inputs)
        let error = #expect(throws: CSVError.self) {
            try CSVTable("a,b\n1,2\n3,4\n", options: options)
        }
        #expect(error?.description.hasSuffix(expected) == true, "\(error as CSVError?)")
    }

    @Test("names are unique and fit for a stream")
    func mendsNames() throws {
        let table = try CSVTable("a,,a,\"two\nlines\",a\n1,2,3,4,5\n")
        #expect(table.columns == ["a", "column2", "a_2", "two lines", "a_3"])
        #expect(table.lines == [3])
    }

    @Test("thousands of columns")
    func readsWideFiles() throws {
        let width = 5_000
        let header = (0..<width).map { "sensor/\($0)" }.joined(separator: ",")
        let row = (0..<width).map { "\($0).25" }.joined(separator: ",")
        let rows = Array(repeating: row, count: 20).joined(separator: "\n")
        let table = try CSVTable(
            "ts,\(header)\n"
                + rows.split(separator: "\n").enumerated().map {
                    "\(1_763_692_800 + $0.offset),\($0.element)"
                }.joined(separator: "\n"))
        #expect(table.columns.count == width)
        #expect(table.columns.last == "sensor/4999")
        #expect(table.rows.count == 20)
        #expect(table.rows.allSatisfy { $0.last == 4999.25 })
    }

    @Test("a long file passes through in blocks")
    func readsLongFiles() throws {
        let count = 300_000
        let text = "i,v\n" + (0..<count).map { "\($0),\($0 % 7)" }.joined(separator: "\n")
        let table = try CSVTable(text)
        #expect(table.rows.count == count)
        #expect(table.rows.indices.allSatisfy { table.rows[$0][0] == Double($0) })
        #expect(table.lines.last == count + 1)
    }

    @Test(
        "errors name file, line and column",
        arguments: [
            ("a,b\n1,2\n3,4\n3,x1\n", ":4: column b: \"x1\" is not a number"),
            ("a,b\n1,2\n3\n", ":3: 1 fields, expected 2"),
            ("a,b\n1,2\n3,4,5\n", ":3: 3 fields, expected 2"),
            (
                "date,b\n2016-07-01,2\n2016-07-02,2\nlater,3\n",
                ":4: column date: \"later\" is not a time"
            ),
            ("a,b\n1,\"2\n", ":2: a quote that is opened here is never closed"),
            ("a,b\n1,2\0\n", ":2: a zero byte"),
            ("", ": no rows"),
            ("\n \n", ": no rows"),
            ("a,b\n", ": no rows below the header"),
            ("a,b\n1,2\n2,x\n", ":3: column b: \"x\" is not a number"),
            ("a,b\nx,y\n", ": no column of numbers among a, b"),
            ("date,v\n2016-07-02,1\n2016-07-01,2\n", "column date: the newest row comes first"),
        ])
    func namesThePlace(text: String, expected: String) throws {
        let error = #expect(throws: CSVError.self) { try CSVTable(text) }
        let message = try #require(error?.description)
        #expect(message.contains(".csv" + (expected.first == ":" ? "" : ": ") + expected))
        #expect(error?.cause == .badData)
    }

    @Test("a time that breaks off is told where it does")
    func namesTheBadTime() throws {
        let rows = (0..<2_000).map { "2016-07-01 00:00:\($0 % 60 < 10 ? "0" : "")\($0 % 60),1" }
        let text = "date,v\n" + rows.joined(separator: "\n") + "\nlater,1\n"
        let error = #expect(throws: CSVError.self) { try CSVTable(text) }
        #expect(error?.line == 2_002)
        #expect(error?.column == "date")
        #expect(error?.problem.contains("\"later\"") == true)
    }

    @Test("an unknown column is told with those there are")
    func namesUnknownColumn() {
        var options = CSVReader.Options()
        options.columns = ["c"]
        let error = #expect(throws: CSVError.self) { try CSVTable("a,b\n1,2\n", options: options) }
        #expect(error?.cause == .noSuchColumn)
        #expect(error?.description.hasSuffix("column c: not in the file, which has a, b") == true)
    }

    @Test(
        "what is no file of text says what it is",
        arguments: [
            ([0xff, 0xfe, 0x61, 0x00], "UTF-16"), ([0x1f, 0x8b, 8, 0], "gzip"),
            ([0x50, 0x4b, 3, 4], "zip archive"),
        ] as [([UInt8], String)])
    func refusesForeignFormats(bytes: [UInt8], expected: String) {
        let error = #expect(throws: CSVError.self) { try CSVTable(bytes: bytes) }
        #expect(error?.problem.contains(expected) == true)
    }

    @Test("a file that is not there, and a folder")
    func refusesNoFile() {
        let error = #expect(throws: CSVError.self) {
            try CSVTable(path: "/nonexistent/file.csv")
        }
        #expect(error?.cause == .noInput)
        #expect(error?.description.contains("No such file") == true)
        let folder = #expect(throws: CSVError.self) { try CSVTable(path: "/tmp") }
        #expect(folder?.cause == .noInput)
    }
}
