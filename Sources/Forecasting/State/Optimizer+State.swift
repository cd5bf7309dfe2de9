import Networks

extension Optimizer<Float> {
    /// The moments may be infinite while a divergence is about to be noticed.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&firstMoments, finite: false)
        try coder.code(&secondMoments, finite: false)
        try coder.code(count: &stepCount)
    }

    /// Goes on from the moments of another one. Whether they are lost, for its rule is another.
    mutating func keep(_ old: Optimizer<Float>) -> Bool {
        guard rule == old.rule, parameterCount == old.parameterCount else { return true }
        firstMoments = old.firstMoments
        secondMoments = old.secondMoments
        stepCount = old.stepCount
        return false
    }
}
