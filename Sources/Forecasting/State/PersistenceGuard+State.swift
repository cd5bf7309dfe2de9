extension PersistenceGuard {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&weight, in: 0...1)
        try coder.code(positive: &meanLoss)
        try coder.code(count: &count)
    }
}
