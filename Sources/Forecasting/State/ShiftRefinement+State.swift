extension ShiftRefinement {
    /// stepCount: steps of the series so far, of which `start` is one.
    mutating func code(
        with coder: inout StateCoder, stepCount: Int
    ) throws(StateError) {
        try coder.code(count: &start, upTo: max(stepCount - 1, 0))
        try coder.code(count: &count, upTo: Self.most)
    }
}
