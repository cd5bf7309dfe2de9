extension Recall {
    /// The numbers that lags still reach, and where in the arrays they lie: a move to the end
    /// rounds the levels anew, so it must come at the same step again.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(count: &steps)
        let kept = min(length + 1, steps)
        try coder.code(count: &newest, upTo: differences.count - kept)
        let known = min(length, max(steps - 2, 0))
        for decay in Self.decays.indices {
            try coder.code(&distances, part: decay * length..<decay * length + known)
        }
        try coder.code(&differences, part: newest..<newest + kept)
        try coder.code(&levels, part: newest..<newest + kept)
        try coder.code(&unit, in: Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude)
        try coder.code(&hasUnit)
        try coder.code(&anchor)
    }
}
