/// Sets a value aside that is far from both its forecast and its predecessor, until the next ones
/// show whether it was a spike or the series has changed (BAD-DATA-AND-PRIOR.md, steps 3 and 4).
package struct Gate: Sendable {
    package enum Verdict: Equatable, Sendable {
        case normal
        /// Set aside; `offset` is its distance from the forecast.
        case suspect(offset: Double)
        /// The third suspect in a row: the series has changed, its values are accepted from the
        /// first suspect on, see `commonShift`.
        case released
    }

    /// Suspects of the present episode, with the steps they came at.
    package internal(set) var pending: [(value: Double, offset: Double, step: Int)] = []
    /// In steps q of the series.
    var threshold = Gate.normalThreshold
    /// κ: how much of a jump has been left one step later, over the jumps so far. 0…1.
    package internal(set) var persistence = 1.0
    var persistenceCount = 5

    private static let normalThreshold = 12.0
    static let suspectsToRelease = 3
    /// Growth of the threshold with an episode, and with a release.
    private static let (suspectGrowth, releaseGrowth) = (1.1, 2.0)
    /// Steps in which a raised threshold comes back to a third of what it was raised by. With 500,
    /// as in BAD-DATA-AND-PRIOR.md, series with many real spikes lose up to 8 %.
    private static let relaxation = 2000.0
    /// Larger jumps, in steps q, are never carried into a forecast.
    private static let largestCarriedJump = 1e5

    package init() { pending.reserveCapacity(Self.suspectsToRelease) }

    /// value: z_t, forecast: F0_t, previous: x̃_{t−1}, scale: q_{t−1}, step: t.
    package mutating func judge(
        _ value: Double, forecast: Double, previous: Double, scale: Double, step: Int
    ) -> Verdict {
        let offset = value - forecast
        let far = abs(offset) > threshold * scale
        guard far, abs(value - previous) > 0.5 * threshold * scale else {
            pass()
            return .normal
        }
        if let last = pending.last {
            learnPersistence(min(max(offset / last.offset, 0), 1))
        } else {
            threshold *= Self.suspectGrowth
        }
        pending.append((value, offset, step))
        guard pending.count >= Self.suspectsToRelease else { return .suspect(offset: offset) }
        threshold *= Self.releaseGrowth
        return .released
    }

    /// A value that needs no judgement: the episode, if there is one, is over.
    package mutating func pass() {
        relax()
        if !pending.isEmpty { learnPersistence(0) }
        pending.removeAll(keepingCapacity: true)
    }

    /// The threshold's way back to normal, one step.
    package mutating func relax() {
        threshold += (Self.normalThreshold - threshold) / Self.relaxation
    }

    /// Ends the episode of a release, once its values have been put into the history.
    package mutating func endEpisode() { pending.removeAll(keepingCapacity: true) }

    /// How far the published forecast of the sample after a suspect goes towards the one that
    /// takes the suspect for real, 0…1.
    package func carriedShare(offset: Double, scale: Double) -> Double {
        abs(offset) <= Self.largestCarriedJump * scale ? persistence : 0
    }

    private mutating func learnPersistence(_ share: Double) {
        persistenceCount += 1
        persistence += max(1 / Double(persistenceCount + 1), 0.05) * (share - persistence)
    }

    /// How far the level has moved, after a release; nil when it is the spread that has changed.
    /// D = the median offset, when every offset is within half of it.
    package var commonShift: Double? {
        precondition(pending.count == Self.suspectsToRelease)
        let (a, b, c) = (pending[0].offset, pending[1].offset, pending[2].offset)
        let middle = max(min(a, b), min(max(a, b), c))
        let spread = max(abs(a - middle), abs(b - middle), abs(c - middle))
        return spread < 0.5 * abs(middle) ? middle : nil
    }
}
