extension LearningHealth {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(positive: &recent)
        try coder.code(positive: &recentPersistence)
        try coder.code(positive: &baseline)
    }
}
