extension SeasonTracker {
    /// stepCount: steps of the series so far.
    mutating func code(
        with coder: inout StateCoder, stepCount: Int
    ) throws(StateError) {
        let longest = History.largestCapacity
        try season.code(with: &coder)
        try coder.code(count: &start, upTo: stepCount)
        try coder.code(count: &usual, upTo: longest)
        try coder.code(count: &candidate, upTo: longest)
    }

    /// Goes on from what another one has found, whose period may have been set otherwise. Whether
    /// that one's search is lost.
    mutating func keep(_ old: SeasonTracker) -> Bool {
        if known == old.known {
            self = old
            return false
        }
        // A period that is not set any more stands until the search finds another.
        if known == nil { season = old.season }
        return true
    }
}

extension Season {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(count: &period, upTo: History.largestCapacity)
        try coder.code(count: &secondPeriod, upTo: History.largestCapacity)
    }
}
