extension TimeStep {
    /// The steps, oldest first; their order of size follows.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(count: &count, upTo: Self.length)
        let oldest = coder.isReading || count < Self.length ? 0 : next
        for index in 0..<count {
            try coder.code(&recent[(oldest + index) % Self.length], in: 1...Int64.max)
        }
        try coder.code(&gapShare, in: 0...1)
        guard coder.isReading else { return }
        next = count % Self.length
        var steps = (0..<count).map { recent[$0] }
        steps.sort()
        for index in steps.indices { sorted[index] = steps[index] }
    }
}
