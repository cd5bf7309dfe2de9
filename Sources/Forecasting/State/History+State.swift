extension History {
    /// The values that can still be looked up, oldest first.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(count: &count)
        if coder.format > 1 { try coder.code(count: &forgotten, upTo: count) }
        // Format 1 kept as many of every stream.
        let kept = coder.format > 1 ? available : min(count, Self.largestCapacity)
        var values = [Double](repeating: 0, count: kept)
        if !coder.isReading {
            for index in values.indices { values[index] = self[back: kept - 1 - index] }
        }
        try coder.code(&values)
        if coder.isReading { take(values) }
    }

    /// Goes on from a history of another capacity.
    mutating func keep(_ old: History) {
        (count, forgotten) = (old.count, old.count - old.available)
        take((0..<old.available).reversed().map { old[back: $0] })
    }

    /// The newest values, oldest first, as far as there is room for them.
    private mutating func take(_ values: [Double]) {
        ring = count > 0 ? [Double](repeating: 0, count: capacity) : []
        for back in 0..<available { self[back: back] = values[values.count - 1 - back] }
    }
}
