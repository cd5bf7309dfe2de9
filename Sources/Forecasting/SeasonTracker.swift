/// The season of one series, looked for again and again, and whether it has changed.
///
/// The long search goes over thousands of values, so an old season lives on in it for as many. A
/// short one over the newest values tells sooner: two in a row that find another length, of which
/// the old one is no multiple or part, and nothing of the old one. From then on only the values
/// since the change count.
package struct SeasonTracker: Sendable {
    package internal(set) var season: Season
    /// The period that is set, nil to find it.
    let known: Int?
    /// The step that the present season began at, as far as is known.
    var start = 0
    /// P before anything else was found: a long search over both seasons may find neither.
    var usual = 0
    /// What the newest short search found in its place, 0 for nothing.
    var candidate = 0

    /// Steps from one short search to the next.
    private static let interval = 64
    /// Lengths apart by less than this share of the shorter one, or by one sample, are the same.
    private static let tolerance = 0.05

    init(period: Int?) {
        known = period
        season = Season(period: period ?? 0)
    }

    /// Goes on from what another series has taught; a period that is set stays.
    mutating func begin(with taught: SeasonTracker) {
        guard known == nil else { return }
        (season, usual) = (taught.season, taught.season.period)
    }

    /// Whether the season is another series' still: the search finds one in twice its length, and
    /// this one has not come so far.
    private func isTaught(_ history: borrowing History) -> Bool {
        known == nil && history.count < 2 * usual + 5
    }

    /// Whether it is time for `search`.
    static func isDue(_ history: borrowing History) -> Bool {
        SeasonDetector.isDue(history)
            || !SeasonDetector.isYoung(history) && history.count % interval == 0
    }

    /// Looks for the season; whether it has changed.
    mutating func search(
        _ history: borrowing History, with detector: inout SeasonDetector
    ) -> Bool {
        if SeasonDetector.isDue(history), !isTaught(history) {
            season = detector.detect(history, period: known, since: start)
            if candidate == 0 { usual = season.period }
        }
        guard known == nil, usual > 0, !SeasonDetector.isYoung(history) else { return false }
        let other = detector.newPeriod(history, insteadOf: usual) ?? 0
        defer { candidate = Self.areLike(other, usual) ? 0 : other }
        guard candidate > 0, Self.areLike(other, candidate), !Self.areLike(other, usual) else {
            return false
        }
        start = history.count - SeasonDetector.shortWindow(beside: usual) / 2
        usual = other
        season = detector.detect(history, period: nil, since: start)
        return true
    }

    /// Whether one is the other, or a whole multiple of it.
    private static func areLike(_ one: Int, _ other: Int) -> Bool {
        guard one > 0, other > 0 else { return false }
        let (short, long) = (Double(min(one, other)), Double(max(one, other)))
        let whole = (long / short).rounded() * short
        return abs(long - whole) <= max(1, tolerance * short)
    }
}
