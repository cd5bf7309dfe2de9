import Networks

extension RecurrentExpert {
    /// Weights and states may be anything while a divergence is about to be noticed; those that a
    /// recovery goes back to are finite. The newest input is in the window.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&network.parameters, finite: false)
        try coder.code(&goodParameters)
        try optimizer.code(with: &coder)
        try schedule.code(with: &coder)
        try coder.code(&generator.state)
        try health.code(with: &coder)
        try replay.code(with: &coder)
        try coder.code(&state, finite: false)
        try coder.code(&output, finite: false)
        try coder.code(count: &stepsSinceUpdate)
        try coder.code(count: &updatesSinceKept)
        try coder.code(&base)
        try coder.code(&forecast)
        try coder.code(&targetsSinceRecovery, blank: 0) { coder, count throws(StateError) in
            try coder.code(count: &count)
        }
        try coder.code(count: &recoveries)
    }

    /// Whether the other net has the same shape.
    func canKeep(_ old: RecurrentExpert) -> Bool {
        network.architecture == old.network.architecture
    }

    /// Goes on from a net of the same shape, whose training may have had other settings.
    mutating func keep(_ old: RecurrentExpert, lost: inout Set<LostState>) {
        network = old.network
        goodParameters = old.goodParameters
        if optimizer.keep(old.optimizer) { lost.insert(.moments) }
        schedule.keep(old.schedule)
        generator = old.generator
        health = old.health
        if replay.length == old.replay.length {
            replay = old.replay
        } else {
            lost.insert(.window)
        }
        (state, output) = (old.state, old.output)
        (base, forecast) = (old.base, old.forecast)
        (stepsSinceUpdate, updatesSinceKept) = (old.stepsSinceUpdate, old.updatesSinceKept)
        (targetsSinceRecovery, recoveries) = (old.targetsSinceRecovery, old.recoveries)
    }
}
