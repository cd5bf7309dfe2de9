/// Whether samples fall where the intervals say: the probability integral transform of each sample
/// (Dawid 1984), as counts in 20 bins that are equally likely when the forecasts are calibrated.
///
/// Only one interval is forecast; the quantiles between are those of a normal distribution with
/// that interval. The bins that make up the interval itself need no such assumption.
package struct Calibration: Equatable, Sendable {
    package static let binCount = 20
    /// Samples by bin: the lowest five per cent of the forecast distribution first.
    package private(set) var counts = [Int](repeating: 0, count: Calibration.binCount)
    /// Upper edges of the bins but the last, in half widths of the interval around its middle.
    private let edges: [Double]

    /// level: the share that the interval is to hold, 0…1.
    package init(level: Double) {
        let halfWidth = Self.normalQuantile(central: level)
        edges = Self.quantiles.map { $0 / halfWidth }
    }

    /// Where the bins of a standard normal distribution meet.
    private static let quantiles = (1..<binCount).map { edge in
        let share = 2 * Double(edge) / Double(binCount) - 1
        let quantile = normalQuantile(central: abs(share))
        return share < 0 ? -quantile : quantile
    }

    /// Intervals without a width are left out: nothing can be told from them.
    package mutating func add(value: Double, lower: Double, upper: Double) {
        let halfWidth = (upper - lower) / 2
        guard halfWidth > 0, halfWidth.isFinite else { return }
        let position = (value - (lower + halfWidth)) / halfWidth
        var bin = 0
        while bin < edges.count, position > edges[bin] { bin += 1 }
        counts[bin] += 1
    }

    package var total: Int { counts.reduce(0, +) }

    /// The observed share of samples in the central interval that is to hold 10, 20, … 90 %.
    package var central: [(nominal: Double, observed: Double)] {
        (1...9).map { step in
            let inside = counts[(10 - step)..<(10 + step)].reduce(0, +)
            return (Double(step) / 10, Double(inside) / Double(total))
        }
    }

    /// The z with P(|Z| ≤ z) = share for a standard normal Z, by bisection on
    /// P = √(2/π) Σ (−1)ⁿ z²ⁿ⁺¹ / (2ⁿ n! (2n + 1)); good to 1e-9 for shares up to .9999.
    static func normalQuantile(central share: Double) -> Double {
        var (low, high) = (0.0, 5.0)
        for _ in 0..<50 {
            let middle = (low + high) / 2
            var term = middle
            var sum = middle
            for n in 1..<100 {
                term *= -middle * middle / (2 * Double(n))
                sum += term / Double(2 * n + 1)
            }
            if sum * (2 / Double.pi).squareRoot() < share { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
