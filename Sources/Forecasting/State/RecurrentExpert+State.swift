import Networks

extension RecurrentExpert {
    /// States may be anything while a divergence is about to be noticed. The newest input is in the
    /// window. A shared net has a state of its own.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        if own != nil { try own!.code(with: &coder) }
        try health.code(with: &coder)
        try replay.code(with: &coder)
        try coder.code(&state, finite: false)
        try coder.code(&output, finite: false)
        try coder.code(count: &stepsSinceUpdate)
        if own != nil { try coder.code(count: &own!.updatesSinceKept) }
        try coder.code(&base)
        try coder.code(&forecast)
        try coder.code(&targetsSinceRecovery, blank: 0) { coder, count throws(StateError) in
            try coder.code(count: &count)
        }
        try coder.code(count: &recoveries)
        guard own == nil else { return }
        try coder.code(&netName)
        try coder.code(count: &joinedBatch)
    }

    /// Whether the other net has the same shape.
    func canKeep(_ old: RecurrentExpert) -> Bool {
        architecture == old.architecture
    }

    /// Goes on from a net of the same shape, whose training may have had other settings.
    mutating func keep(_ old: RecurrentExpert, lost: inout Set<LostState>) {
        if own != nil, let net = old.own, own!.keep(net) { lost.insert(.moments) }
        health = old.health
        if replay.length == old.replay.length {
            replay = old.replay
        } else {
            lost.insert(.window)
        }
        (state, output) = (old.state, old.output)
        (base, forecast) = (old.base, old.forecast)
        stepsSinceUpdate = old.stepsSinceUpdate
        (netName, joinedBatch) = (old.netName, old.joinedBatch)
        (targetsSinceRecovery, recoveries) = (old.targetsSinceRecovery, old.recoveries)
    }
}
