extension Scaler {
    /// Without the square roots.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&mean)
        try coder.code(positive: &variance)
        try coder.code(positive: &meanSquaredStep)
        try coder.code(count: &levelCount)
        try coder.code(count: &stepCount)
        repair(mean: mean, variance: variance, meanSquaredStep: meanSquaredStep)
    }
}
