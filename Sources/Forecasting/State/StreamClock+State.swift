extension StreamClock {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try step.code(with: &coder)
        try coder.code(time: &newest)
        try coder.code(time: &last)
        try coder.code(count: &lateRun.count, upTo: LateRun.longest)
        try coder.code(time: &lateRun.newest)
    }
}

extension StateCoder {
    /// Nanoseconds since 1970 UTC.
    fileprivate mutating func code(time: inout Int64?) throws(StateError) {
        try code(&time, blank: 0) { coder, time throws(StateError) in try coder.code(&time) }
    }
}
