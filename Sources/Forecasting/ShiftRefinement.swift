/// Corrects a level shift by what the season before it says: three samples give its height only as
/// well as they were forecast (BAD-DATA-AND-PRIOR.md, step 4).
///
///     D = clip(x_t − x̃_{t−P}, ±6q) / k,   k = 4, 5, … 40, while t − P lies before the shift
struct ShiftRefinement: Sendable {
    /// The step of the first value on the new level.
    var start: Int
    /// k: values on the new level that have had their say, the three of the release among them.
    var count = 3

    private static let largestStep = 6.0
    static let most = 40

    init(start: Int) { self.start = start }

    /// By how much the history before `start` moves at its newest step; nil when that is over.
    mutating func offset(_ history: borrowing History, period: Int, step: Double) -> Double? {
        let newest = history.count - 1
        guard
            count < Self.most, period > 0, period < history.available,
            newest - period < start
        else { return nil }
        count += 1
        let difference = history[back: 0] - history[back: period]
        return difference.clamped(to: Self.largestStep * step) / Double(count)
    }
}
