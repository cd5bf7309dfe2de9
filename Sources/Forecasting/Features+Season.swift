/// What the series did around the same place of the seasons before: differences and levels, ahead
/// of the newest step (offsets 1 and 2), at it (0) and before it (−1), all over q.
extension Features {
    /// S: 14 features of the period P.
    mutating func addSeason(_ history: borrowing History, _ period: Int, step: Double) {
        func difference(_ offset: Int, _ seasons: ClosedRange<Int>) -> Double {
            history.seasonalDifference(period, offset: offset, seasons: seasons) / step
        }
        func level(_ offset: Int, _ seasons: ClosedRange<Int>) -> Double {
            history.seasonalLevel(period, offset: offset, seasons: seasons) / step
        }
        add(difference(1, 1...1))
        add(level(1, 1...1))
        add(difference(1, 2...2))
        add(level(1, 1...4))
        add(difference(0, 1...1))
        add(difference(-1, 1...1))
        add(difference(2, 1...1))
        add(difference(1, 1...4))
        add(difference(0, 1...4))
        add(level(1, 1...8))
        add(level(0, 1...4))
        add(difference(1, 1...16))
        add(level(2, 1...4))
        add(level(-1, 1...4))
    }

    /// S2: 6 features of the second period Q.
    mutating func addSecondSeason(_ history: borrowing History, _ period: Int, step: Double) {
        func difference(_ offset: Int, _ seasons: ClosedRange<Int>) -> Double {
            history.seasonalDifference(period, offset: offset, seasons: seasons) / step
        }
        func level(_ offset: Int, _ seasons: ClosedRange<Int>) -> Double {
            history.seasonalLevel(period, offset: offset, seasons: seasons) / step
        }
        add(difference(1, 1...1))
        add(level(1, 1...1))
        add(difference(0, 1...1))
        add(difference(1, 1...4))
        add(level(1, 1...4))
        add(level(0, 1...4))
    }
}
