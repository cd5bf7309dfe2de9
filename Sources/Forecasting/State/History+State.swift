extension History {
    /// The values that can still be looked up, oldest first.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(count: &count)
        var values = [Double](repeating: 0, count: available)
        if !coder.isReading {
            for index in values.indices { values[index] = self[back: available - 1 - index] }
        }
        try coder.code(&values)
        guard coder.isReading else { return }
        ring = count > 0 ? [Double](repeating: 0, count: Self.capacity) : []
        for index in values.indices { self[back: available - 1 - index] = values[index] }
    }
}
