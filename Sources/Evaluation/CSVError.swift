/// Why a CSV file cannot be read on: which file, line and column, and what to do about it.
package struct CSVError: Error, Equatable, CustomStringConvertible {
    /// What kind of failure it is, for the exit code.
    package enum Cause: Equatable, Sendable {
        /// The file is not there or may not be opened.
        case noInput
        /// The bytes are no CSV of numbers.
        case badData
        /// A column was asked for that the file does not have, or twice.
        case noSuchColumn
        /// read(2) failed.
        case readFailed
    }

    package var cause: Cause
    package var path: String
    /// Counted from 1; nil when the whole file is meant.
    package var line: Int?
    package var column: String?
    /// What is wrong and what to do, as a sentence without a full stop.
    package var problem: String

    package init(
        _ cause: Cause, path: String, line: Int? = nil, column: String? = nil, problem: String
    ) {
        self.cause = cause
        self.path = path
        self.line = line
        self.column = column
        self.problem = problem
    }

    /// `data.csv:17: column temp: "abc" is not a number: ...`
    package var description: String {
        var text = path
        if let line { text += ":\(line)" }
        if let column { text += ": column \(column)" }
        return text + ": " + problem
    }
}
