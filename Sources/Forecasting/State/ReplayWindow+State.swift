extension ReplayWindow {
    /// The window and the newest step. Where in the arrays they lie makes no difference.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        if !coder.isReading { putInOrder() }
        var rows = count
        try coder.code(count: &rows, upTo: length + 1)
        try coder.code(&inputs, part: 0..<rows * inputCount, finite: false)
        try coder.code(&targets, part: 0..<rows, finite: false)
        try coder.code(&weights, part: 0..<rows)
        try coder.code(&states, part: 0..<rows * stateCount, finite: false)
        if coder.isReading { takeInOrder(rows) }
    }
}
