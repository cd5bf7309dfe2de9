extension ReplayWindow {
    /// The window and the newest step. Where in the arrays they lie makes no difference.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        var rows = min(count, length + 1)
        try coder.code(count: &rows, upTo: length + 1)
        let first = coder.isReading ? 0 : count - rows
        let part = first..<first + rows
        try coder.code(&inputs, part: Self.numbers(part, inputCount), finite: false)
        try coder.code(&targets, part: part, finite: false)
        try coder.code(&weights, part: part)
        try coder.code(&states, part: Self.numbers(part, stateCount), finite: false)
        if coder.isReading { count = rows }
    }

    /// Where the numbers of these rows lie.
    private static func numbers(_ rows: Range<Int>, _ width: Int) -> Range<Int> {
        rows.lowerBound * width..<rows.upperBound * width
    }
}
