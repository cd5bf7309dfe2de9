import Series

/// The times of a batch: start + position · step.
struct Clock {
    /// Nil when the samples have no time.
    private let start: Int64?
    private let stepNanoseconds: Double

    /// `t0` (or `ts`) and `dt`, which is in the unit of a number before it and in seconds after
    /// text.
    init(_ record: Record, _ document: borrowing Document, count: Int) throws(WireError) {
        guard let index = record.start ?? record.time, let time = try document.time(at: index)
        else {
            start = nil
            stepNanoseconds = 0
            return
        }
        start = time
        guard let step = record.step else {
            if count > 1 { throw .time(.noStep) }
            stepNanoseconds = 0
            return
        }
        guard let number = document.number(at: step), number.isFinite else { throw .time(.noStep) }
        let unit = document.number(at: index).map { Timestamp.Unit(magnitude: $0) } ?? .seconds
        stepNanoseconds = number * Double(unit.rawValue)
        if !stepNanoseconds.isFinite { throw .time(.outOfRange) }
    }

    func time(at position: Int) throws(WireError) -> Int64? {
        guard let start else { return nil }
        let offset = (Double(position) * stepNanoseconds).rounded()
        guard let offset = Int64(exactly: offset) else { throw .time(.outOfRange) }
        let (time, overflow) = start.addingReportingOverflow(offset)
        if overflow { throw .time(.outOfRange) }
        return time
    }
}
