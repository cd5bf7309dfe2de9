extension Scores {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(any: &meanAbsoluteError)
        try coder.code(positive: &persistenceError)
        try coder.code(count: &count)
    }
}
