import Evaluation

/// A track's numbers as a person reads them.
struct TrackText {
    /// The newest value.
    let value: String
    /// ` → 61.60 ± 0.41`, what comes next.
    let forecast: String
    /// `92 %`
    let coverage: String
    /// `1,240 forecasts`, and what got lost.
    let counts: String

    init(_ track: StreamTrack) {
        value = Self.number(track.value)
        if let next = track.next {
            let half = NumberText.significant((next.upper - next.lower) / 2, digits: 2)
            forecast = " → \(Self.number(next.mean)) ± \(half)"
        } else {
            forecast = ""
        }
        let share = track.coverage
        coverage = share.isNaN ? "–" : NumberText.fixed(share * 100, decimals: 0) + " %"
        let lost = track.lost > 0 ? ", \(track.lost) lost" : ""
        counts = NumberText.grouped(track.forecasts) + " forecasts" + lost
    }

    static func number(_ value: Double) -> String {
        NumberText.significant(value, digits: 4)
    }

    /// An error divided by persistence's.
    static func ratio(_ value: Double) -> String {
        value >= 100
            ? NumberText.significant(value, digits: 2) : NumberText.fixed(value, decimals: 2)
    }
}
