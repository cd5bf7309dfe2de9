/// The band around the forecast that is to hold a given share of the samples: a running error
/// scale σ, times a factor c that follows the share of misses. Quantile tracking, in other words
/// conformal proportional control (Angelopoulos, Candès and Tibshirani 2023; RECIPE.md, C8).
///
///     c ← c + .05·max(c, .05)(1[|e| > half width] − (1 − level)),   .001 ≤ c ≤ 1000
///     σ² ← σ² + max(1/n, .01)(e² − σ²)
package struct Interval: Equatable, Sendable {
    /// Share of samples that the band is to hold, 0…1.
    package let level: Double
    /// c.
    package private(set) var factor: Double
    /// σ², in squared units of the series.
    private var meanSquare = 0.0
    private var count = 0

    /// Errors learned as they are, before clipping starts, and the largest after that, in σ.
    private static let (unclipped, largestError) = (30, 10.0)

    package init(level: Double) {
        self.level = level
        factor = Self.normalQuantile(level)
    }

    /// Whether an error has been seen, without which the band has no width.
    package var isKnown: Bool { count > 0 }

    /// Half the width of the band, in units of the series, after `gap` steps without a real value.
    package func halfWidth(gap: Int) -> Double {
        factor * meanSquare.squareRoot() * Double(1 + min(gap, 100)).squareRoot()
    }

    /// Learns whether a band held. Without a width so far there was nothing to hold.
    package mutating func track(error: Double, halfWidth: Double) {
        guard meanSquare > 0 else { return }
        let miss = abs(error) > halfWidth ? 1.0 : 0
        factor += 0.05 * max(factor, 0.05) * (miss - (1 - level))
        factor = min(max(factor, 1e-3), 1e3)
    }

    /// Learns the size of an error between two accepted neighbours.
    package mutating func add(error: Double) {
        count += 1
        var square = error * error
        if count > Self.unclipped, meanSquare > 0 {
            square = min(square, Self.largestError * Self.largestError * meanSquare)
        }
        meanSquare += max(1 / Double(count), 0.01) * (square - meanSquare)
    }

    /// Bounds σ, after the scales of the series were repaired.
    package mutating func limitScale(to step: Double) {
        meanSquare = min(meanSquare, step * step)
    }

    /// The z that holds `share` of a normal distribution within ±z, to three digits: bisection on
    /// P(|Z| ≤ z) = √(2/π) Σ (−1)ⁿ z²ⁿ⁺¹ / (2ⁿ n! (2n + 1)).
    static func normalQuantile(_ share: Double) -> Double {
        var (low, high) = (0.0, 5.0)
        for _ in 0..<40 {
            let middle = (low + high) / 2
            var term = middle
            var sum = middle
            for n in 1..<80 {
                term *= -middle * middle / (2 * Double(n))
                sum += term / Double(2 * n + 1)
            }
            if sum * (2 / Double.pi).squareRoot() < share { low = middle } else { high = middle }
        }
        return (low * 1000).rounded() / 1000
    }
}
