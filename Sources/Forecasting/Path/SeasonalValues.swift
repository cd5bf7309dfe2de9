import Series

/// What one season says of the value h steps after a step s, all minus x_s; NaN where its past does
/// not reach:
///
///     newest level = x_{s+h−jP} − x_s,   newest change = x_{s+h−jP} − x_{s−jP},   j = ⌈h/P⌉
///     level, change: their means over j…j + 7
struct SeasonalValues {
    private(set) var newestLevel = Double.nan
    private(set) var newestChange = Double.nan
    private(set) var level = Double.nan
    private(set) var change = Double.nan

    /// Seasons in a mean.
    private static let count = 8

    /// Of the history: the longest season whose values it still has when their truth comes.
    static func longest(in history: borrowing History) -> Int {
        history.capacity - Limits.horizon.upperBound - 1
    }

    /// ahead: h. back: steps from s to the newest value of the history. A period of 0 knows
    /// nothing.
    init(_ history: borrowing History, period: Int, ahead: Int, back: Int) {
        guard period > 0, back < history.available else { return }
        let value = history[back: back]
        let first = (ahead + period - 1) / period
        var (levels, levelCount, changes, changeCount) = (0.0, 0.0, 0.0, 0.0)
        for season in first..<(first + Self.count) {
            guard season * period <= Self.longest(in: history) else { break }
            let place = back + season * period - ahead
            guard place < history.available else { break }
            let past = history[back: place]
            levels += past
            levelCount += 1
            if season == first { newestLevel = past - value }
            guard place + ahead < history.available else { break }
            let change = past - history[back: place + ahead]
            changes += change
            changeCount += 1
            if season == first { newestChange = change }
        }
        if levelCount > 0 { level = levels / levelCount - value }
        if changeCount > 0 { change = changes / changeCount }
    }

    /// The four in units of the scale, 0 for what is not known, into `values` from that place on.
    func fill(_ values: inout [Double], from start: Int, scale: Double, largest: Double) {
        // `clamped` makes 0 of NaN.
        values[start] = (newestLevel / scale).clamped(to: largest)
        values[start + 1] = (newestChange / scale).clamped(to: largest)
        values[start + 2] = (level / scale).clamped(to: largest)
        values[start + 3] = (change / scale).clamped(to: largest)
    }
}
