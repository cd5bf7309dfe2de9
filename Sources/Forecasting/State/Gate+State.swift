extension Gate {
    /// stepCount: steps of the series so far, before which every suspect came.
    mutating func code(
        with coder: inout StateCoder, stepCount: Int
    ) throws(StateError) {
        var count = pending.count
        try coder.code(count: &count, upTo: Self.suspectsToRelease - 1)
        if coder.isReading {
            pending.removeAll(keepingCapacity: true)
            for _ in 0..<count { pending.append((0, 0, 0)) }
        }
        for index in pending.indices {
            try coder.code(&pending[index].value)
            try coder.code(&pending[index].offset)
            try coder.code(count: &pending[index].step, upTo: max(stepCount - 1, 0))
        }
        try coder.code(positive: &threshold)
        try coder.code(&persistence, in: 0...1)
        try coder.code(count: &persistenceCount)
    }
}
