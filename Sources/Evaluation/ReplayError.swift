package import Forecasting
package import Series

/// Why a replay ended early: what a person reads, with what to do about it.
package enum ReplayError: Error, Equatable, CustomStringConvertible {
    /// The file cannot be read on.
    case input(CSVError)
    /// A file cannot be created, or not be written on; the reason is the system's.
    case creation(path: String, reason: String)
    case output(path: String, reason: String)
    /// A column's name cannot be a stream's.
    case name(String, StreamName.Fault)
    /// The forecaster refused a sample of this row (from 0).
    case rejected(Rejection, row: Int)
    /// A series has too few steps to train a net on.
    case shortHistory(String, steps: Int, needed: Int)
    /// A stream cannot begin with what it was to; the sentence says why.
    case warmStart(String)
    /// The person has asked for the end before there was a result.
    case interrupted

    package var description: String {
        switch self {
        case .input(let error): error.description
        case .creation(let path, let reason): "\(path): cannot create: \(reason)"
        case .output(let path, let reason): "\(path): cannot write: \(reason)"
        case .name(let name, let fault):
            "column \"\(name)\" cannot name a stream (\(fault)): rename it in the file"
        case .rejected(let reason, let row):
            "row \(row): the forecaster refused the sample (\(reason))"
        case .shortHistory(let name, let steps, let needed):
            "column \"\(name)\": \(steps) steps are too few to train a net on: give a history of"
                + " at least \(needed), a smaller --window, or another --validation"
        case .warmStart(let problem): problem
        case .interrupted: "interrupted: nothing was written"
        }
    }
}
