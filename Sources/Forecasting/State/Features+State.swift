extension Features {
    /// Without those of the newest step, which nobody looks at any more.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(positive: &meanSquaredChange)
        try coder.code(count: &steps)
    }
}
