extension ChannelModel {
    /// A channel without a value begins with what another one has learned, as far as that holds for
    /// a series of any unit and level: everything that is in scaled differences. The other has the
    /// same settings.
    mutating func begin(with taught: ChannelModel) {
        precondition(!hasBegun)
        seasonTracker.begin(with: taught.seasonTracker)
        experts.begin(with: taught.experts)
        mixture = taught.mixture
        if let guarding = taught.persistenceGuard { persistenceGuard = guarding }
        interval.begin(with: taught.interval)
    }
}

extension Experts {
    fileprivate mutating func begin(with taught: Experts) {
        if let expert = taught.ar2 { ar2 = expert }
        if let expert = taught.ar8 { ar8 = expert }
        // Its recall is of the other's past.
        if let expert = taught.full { full?.linear = expert.linear }
        if let expert = taught.arx { arx = expert }
        if let net = taught.recurrent?.own { recurrent?.own?.begin(with: net) }
    }
}

extension LearningNet {
    /// Goes on from another net of the same shape, with random numbers of its own.
    mutating func begin(with taught: LearningNet) {
        let generator = generator
        self = taught
        self.generator = generator
    }
}

extension Interval {
    /// How the width follows its signs; the size of the errors is in units of the series.
    fileprivate mutating func begin(with taught: Interval) {
        (logFactor, exponents) = (taught.logFactor, taught.exponents)
    }
}
