import Networks

extension LearningNet {
    /// Weights may be anything while a divergence is about to be noticed; those that a recovery
    /// goes back to are finite. Without `updatesSinceKept`.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&network.parameters, finite: false)
        try codeGoodParameters(with: &coder)
        try optimizer.code(with: &coder)
        try schedule.code(with: &coder)
        try coder.code(&generator.state)
    }

    /// Format 1 had them in single precision.
    private mutating func codeGoodParameters(with coder: inout StateCoder) throws(StateError) {
        guard coder.format == 1 else { return try coder.code(&goodParameters) }
        var parameters = network.parameters
        try coder.code(&parameters)
        goodParameters = parameters.map(Self.rounded)
    }

    /// Goes on from a net of the same shape, whose training may have had other settings. Whether
    /// the optimizer's moments are lost.
    mutating func keep(_ old: LearningNet) -> Bool {
        network = old.network
        goodParameters = old.goodParameters
        schedule.keep(old.schedule)
        generator = old.generator
        updatesSinceKept = old.updatesSinceKept
        return optimizer.keep(old.optimizer)
    }
}
