import Evaluation
import Glibc
import Synchronization

/// A whole CSV file, read by `CSVReader` from a temporary file.
struct CSVTable {
    private(set) var columns: [String] = []
    private(set) var timeColumn: String?
    private(set) var lines: [Int] = []
    private(set) var times: [Int64?] = []
    private(set) var rows: [[Double]] = []
    private(set) var inputs: [String] = []
    private(set) var inputRows: [[Double]] = []
    private(set) var leftOut: [String] = []

    private static let fileCount = Atomic<Int>(0)

    /// Rows as text: `1.0 nan|2.0 3.0`.
    var text: String { Self.text(rows) }

    /// The inputs' rows in the same way.
    var inputText: String { Self.text(inputRows) }

    private static func text(_ rows: [[Double]]) -> String {
        rows.map { $0.map { "\($0)" }.joined(separator: " ") }.joined(separator: "|")
    }

    init(_ text: String, options: CSVReader.Options = .init()) throws {
        try self.init(bytes: Array(text.utf8), options: options)
    }

    init(bytes: [UInt8], options: CSVReader.Options = .init()) throws {
        self = try Self.withFile(bytes) { path in try CSVTable(path: path, options: options) }
    }

    /// What comes of a temporary file of these bytes.
    static func withFile<Result>(
        _ bytes: [UInt8], _ body: (String) throws -> Result
    ) throws -> Result {
        let number = Self.fileCount.add(1, ordering: .relaxed).newValue
        let path = "/tmp/foretide-\(getpid())-\(number).csv"
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { unsafe unlink(path) }
        let count = unsafe bytes.withUnsafeBytes { buffer in
            unsafe write(descriptor, buffer.baseAddress, buffer.count)
        }
        close(descriptor)
        precondition(count == bytes.count, "cannot write \(path)")
        return try body(path)
    }

    init(path: String, options: CSVReader.Options = .init()) throws {
        var reader = try CSVReader(path: path, options: options)
        columns = reader.columns
        timeColumn = reader.timeColumn
        inputs = reader.inputs
        leftOut = reader.leftOut
        var row = CSVReader.Row()
        while try reader.next(into: &row) {
            lines.append(row.line)
            times.append(row.time)
            rows.append(row.values)
            inputRows.append(row.inputs)
        }
    }
}
