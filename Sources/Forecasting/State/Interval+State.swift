extension Interval {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        // A level near 0 starts at −∞.
        try coder.code(&logFactor, in: -Double.infinity...Self.largestLogFactor)
        for index in exponents.indices { try coder.code(&exponents[index], in: 0...1) }
        for index in signs.indices {
            let largest = Self.largestSign[index]
            try coder.code(&signs[index], in: -largest...largest)
        }
        try coder.code(positive: &meanSquare)
        try coder.code(positive: &recentSquare)
        try coder.code(count: &count)
    }

    /// Goes on from the errors of another one. Whether its factor is lost, which was that of
    /// another level.
    mutating func keep(_ old: Interval) -> Bool {
        let isSame = level == old.level
        if isSame { logFactor = old.logFactor }
        exponents = old.exponents
        signs = old.signs
        meanSquare = old.meanSquare
        recentSquare = old.recentSquare
        count = old.count
        return !isSame
    }
}
