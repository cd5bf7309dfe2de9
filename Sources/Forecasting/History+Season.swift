/// Looking back by whole seasons. What lies beyond the history, or before the series began, is left
/// out of the means; without anything left the answer is 0. A period of 0 is no season.
extension History {
    /// The farthest season that is looked up, in samples: the differences and offsets around it
    /// must still be there.
    private var farthestSeason: Int { capacity - 4 }

    /// Mean over the seasons j of d_{t+offset−jP}.
    package func seasonalDifference(
        _ period: Int, offset: Int, seasons: ClosedRange<Int>
    ) -> Double {
        guard period > 0 else { return 0 }
        var (sum, known) = (0.0, 0.0)
        for season in seasons where season * period < farthestSeason {
            let back = season * period - offset
            guard back >= 0, back + 1 < available else { continue }
            sum += self[back: back] - self[back: back + 1]
            known += 1
        }
        return known > 0 ? sum / known : 0
    }

    /// Mean over the seasons j of x_{t+offset−jP}, minus x_t.
    package func seasonalLevel(_ period: Int, offset: Int, seasons: ClosedRange<Int>) -> Double {
        guard period > 0 else { return 0 }
        var (sum, known) = (0.0, 0.0)
        for season in seasons where season * period < farthestSeason {
            let back = season * period - offset
            guard back >= 0, back < available else { continue }
            sum += self[back: back]
            known += 1
        }
        return known > 0 ? sum / known - self[back: 0] : 0
    }

    /// Mean of d², in steps q, over the step after the newest one and both its neighbours in the
    /// four seasons before; each counts as 25 at most. 1 without a season.
    package func seasonalSquare(_ period: Int, step: Double) -> Double {
        guard period > 2 else { return 1 }
        var (sum, known) = (0.0, 0.0)
        for season in 1...4 where season * period < farthestSeason {
            for back in (season * period - 2)...(season * period) where back + 1 < available {
                let difference = (self[back: back] - self[back: back + 1]) / step
                sum += min(difference * difference, 25)
                known += 1
            }
        }
        return known > 0 ? sum / known : 1
    }
}
