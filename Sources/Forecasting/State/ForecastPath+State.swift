extension ForecastPath {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&means, finite: false)
        try coder.code(&halfWidths)
        try coder.code(&pastMeans, finite: false)
        try coder.code(&pastHalfWidths, finite: false)
        for index in scales.indices { try scales[index].code(with: &coder) }
        try coder.code(count: &steps)
        // Formats before believed every path.
        guard coder.format > 3 else { return }
        try coder.code(&pastSteps, finite: false)
        try coder.code(&pastValues, finite: false)
        // Format 4 knew of no season.
        if coder.format > 4 { try seasonal.code(with: &coder) }
    }

    /// Goes on from another one, as far as the horizons go. Whether anything is lost: further
    /// horizons begin anew, and at another level all of them.
    mutating func keep(_ old: ForecastPath) -> Bool {
        guard scales[0].level == old.scales[0].level else { return true }
        for index in 0..<min(horizon, old.horizon) { scales[index] = old.scales[index] }
        seasonal.keep(old.seasonal)
        guard horizon == old.horizon else { return horizon < old.horizon }
        self = old
        return false
    }
}

extension PathScale {
    fileprivate mutating func code(with coder: inout StateCoder) throws(StateError) {
        let largest = Self.largestLogFactor
        // A level near 0 starts at −∞.
        try coder.code(&logFactor, in: -Double.infinity...largest)
        try coder.code(positive: &meanSquare)
        try coder.code(count: &count)
        guard coder.format > 3 else { return }
        try loop.code(with: &coder)
        if coder.format > 4 { try correction.code(with: &coder) }
    }
}

extension PathTrust {
    fileprivate mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&products)
        try coder.code(positive: &squares)
        try coder.code(count: &count)
    }
}

extension SeasonalPath {
    fileprivate mutating func code(with coder: inout StateCoder) throws(StateError) {
        try season.code(with: &coder)
        guard season.period > 0 else { return }
        for index in mixtures.indices { try mixtures[index].code(with: &coder) }
        try coder.code(&regressions.numbers)
        try coder.code(&errors)
        try coder.code(&pastMixed, finite: false)
        try coder.code(&pastCorrections, finite: false)
    }
}
