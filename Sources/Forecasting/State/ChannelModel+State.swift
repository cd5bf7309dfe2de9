import Series

extension ChannelModel {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try history.code(with: &coder)
        try scaler.code(with: &coder)
        try codeAcceptance(with: &coder)
        try seasonTracker.code(with: &coder, stepCount: history.count)
        try coder.code(&isSeasonDue)
        try experts.code(with: &coder)
        try mixture.code(with: &coder)
        if persistenceGuard != nil { try persistenceGuard!.code(with: &coder) }
        try jumps.code(with: &coder)
        try coder.code(&mixed)
        try interval.code(with: &coder)
        try spreadMonitor.code(with: &coder)
        try drifts.code(with: &coder)
        try codePublished(with: &coder)
        if path != nil { try path!.code(with: &coder) }
    }

    /// What there is to know about bad values.
    private mutating func codeAcceptance(with coder: inout StateCoder) throws(StateError) {
        let stepCount = history.count
        try gate.code(with: &coder, stepCount: stepCount)
        try stuckDetector.code(with: &coder)
        try coder.code(count: &accepted)
        try coder.code(count: &gap)
        try coder.code(&shiftRefinement, blank: ShiftRefinement(start: 0)) {
            coder, refinement throws(StateError) in
            try refinement.code(with: &coder, stepCount: stepCount)
        }
        try coder.code(&plausible.low)
        try coder.code(&plausible.high)
    }

    /// The newest forecast, with which the next value is compared, and how the others did.
    private mutating func codePublished(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&expected)
        try coder.code(&published)
        try coder.code(positive: &halfWidth)
        try report.code(with: &coder)
        try coder.code(&status)
        try scores.code(with: &coder)
        try coder.code(any: &lastValue)
    }

    /// Goes on from a channel under other settings, as far as these allow.
    mutating func keep(_ old: ChannelModel, isNetKept: Bool, lost: inout Set<LostState>) {
        history.keep(old.history)
        scaler = old.scaler
        (gate, stuckDetector, shiftRefinement) = (old.gate, old.stuckDetector, old.shiftRefinement)
        (accepted, gap, plausible) = (old.accepted, old.gap, old.plausible)
        if seasonTracker.keep(old.seasonTracker), old.usesSeason { lost.insert(.season) }
        isSeasonDue = usesSeason && old.isSeasonDue
        let lostExperts = experts.keep(old.experts, isNetKept: isNetKept, lost: &lost)
        lost.formUnion(lostExperts.compactMap { LostState(rawValue: $0.rawValue) })
        let isMixtureLost = mixture.keep(
            old.mixture, old.experts.kinds, kinds: experts.kinds, lost: lostExperts)
        if isMixtureLost { lost.insert(.mixture) }
        if persistenceGuard != nil, let old = old.persistenceGuard { persistenceGuard = old }
        (jumps, mixed) = (old.jumps, old.mixed)
        if interval.keep(old.interval) { lost.insert(.interval) }
        (spreadMonitor, drifts) = (old.spreadMonitor, old.drifts)
        (expected, published, halfWidth) = (old.expected, old.published, old.halfWidth)
        (report, status, scores) = (old.report, old.status, old.scores)
        lastValue = old.lastValue
        if let old = old.path, path?.keep(old) ?? true { lost.insert(.path) }
    }
}
