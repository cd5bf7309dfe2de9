extension LearningRate {
    /// Without the initial rate, which is a setting.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&scale, in: Self.smallestScale...1)
        try coder.code(count: &updates)
    }

    /// Goes on at another one's update.
    mutating func keep(_ old: LearningRate) { (scale, updates) = (old.scale, old.updates) }
}
