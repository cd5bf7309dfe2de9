import Kernels

/// A jump that came at this time of each of the last two seasons, nearly alike, is expected to come
/// again. What of it lies beyond what the experts can say is added to the forecast and taken from
/// what they learn. How much of such a jump is to be believed is learned from those that were due.
///
///     j = sign(d)·(min(|d|, |d′|) − 6·q) where positive and |d − d′| < .25·min(|d|, |d′|), else 0
///     J = κ·j,   d = d_{t+1−P},  d′ = d_{t+1−2P}
///     κ ← κ + max(1/(n + 1), .1)(clip((d_{t+1} − q·ŷ)/j, 0…1) − κ)      at the n-th that was due
struct SeasonalJump: Equatable, Sendable {
    /// J for the next step, in units of the series.
    private(set) var height = 0.0
    /// j.
    private var due = 0.0
    /// κ, and n.
    private var belief = 1.0
    private var count = 0

    /// Jumps that differ by more, as a share of the smaller one, are not the same.
    private static let largestDifference = 0.25
    private static let slowestRate = 0.1

    /// What came where `height` was forecast, and the experts' `change` beside it; both in units of
    /// the series.
    mutating func learn(difference: Double, change: Double) {
        guard due != 0 else { return }
        count += 1
        let share = min(max((difference - change) / due, 0), 1)
        belief += max(1 / Double(count + 1), Self.slowestRate) * (share - belief)
    }

    /// Fills `height`.   step: q.
    mutating func prepare(_ history: borrowing History, period: Int, step: Double) {
        due = Self.due(history, period: period, step: step)
        height = belief * due
    }

    private static func due(_ history: borrowing History, period: Int, step: Double) -> Double {
        guard period > 0 else { return 0 }
        let last = history.difference(back: period - 1)
        let former = history.difference(back: 2 * period - 1)
        let smaller = min(abs(last), abs(former))
        let beyond = smaller - LinearExpert.largestForecast * step
        guard beyond > 0, abs(last - former) < largestDifference * smaller else { return 0 }
        return last > 0 ? beyond : -beyond
    }
}
