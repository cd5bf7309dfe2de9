import Kernels

/// The band around the forecast that is to hold a given share of the samples. Its width follows a
/// running error scale σ and three signs f of how uncertain the very next sample is; how much each
/// counts, and the factor before all, are learned from the misses: online quantile regression of
/// log |e|, in other words conformal control with features (Angelopoulos, Candès and Tibshirani
/// 2023; RECIPE.md, C8, has the factor only).
///
///     log(half width) = c + log σ + a·f                        0 ≤ a ≤ 1
///     c ← c + .08(miss − (1 − level)),  a ← a + .03(miss − (1 − level))·f
///     σ² ← σ² + max(1/n, .005)(e² − σ²)
package struct Interval: Equatable, Sendable {
    /// Share of samples that the band is to hold, 0…1.
    package let level: Double
    /// c, and a: one for each sign.
    var logFactor: Double
    var exponents = SIMD4(0.2, 0.2, 0.1, 0)
    /// f, each within ±2: log of the newest errors over σ, of the season's usual step over the
    /// typical step, and of the change that is forecast over the typical step.
    var signs = SIMD4<Double>.zero
    /// σ² and the same of the newest errors, in squared units of the series.
    var meanSquare = 0.0
    var recentSquare = 0.0
    var count = 0

    private static let (rate, recentRate) = (0.005, 0.2)
    private static let (factorRate, exponentRate) = (0.08, 0.03)
    static let largestLogFactor = 7.0
    static let largestSign = SIMD4<Double>(repeating: 2)
    /// Errors learned as they are, before clipping starts, and the largest after that, in σ.
    private static let (unclipped, largestError) = (30, 10.0)
    /// Added to a forecast change, squared and in typical steps: it may be 0.
    private static let stillChange = 0.01

    package init(level: Double) {
        self.level = level
        logFactor = Double.log(Self.normalQuantile(level))
    }

    /// Whether an error has been seen, without which the band has no width.
    package var isKnown: Bool { count > 0 }

    /// What is known of the next sample beside its forecast, both in typical steps q, squared: the
    /// steps at this time of former seasons (1 when there is no season), and the change forecast.
    package mutating func prepare(seasonalSquare: Double, changeSquare: Double) {
        guard meanSquare > 0 else { return }
        let squares = SIMD4(
            recentSquare / meanSquare, seasonalSquare, changeSquare + Self.stillChange, 1)
        for index in signs.indices { signs[index] = 0.5 * Double.log(squares[index]) }
        signs.clamp(lowerBound: -Self.largestSign, upperBound: Self.largestSign)
    }

    /// Half the width of the band, in units of the series, after `gap` steps without a real value.
    package func halfWidth(gap: Int) -> Double {
        let logWidth = logFactor + (exponents * signs).sum()
        return Double.exp(logWidth) * (meanSquare * Double(1 + min(gap, 100))).squareRoot()
    }

    /// Learns whether a band held. Without a width so far there was nothing to hold.
    package mutating func track(error: Double, halfWidth: Double) {
        guard meanSquare > 0 else { return }
        let surprise = (abs(error) > halfWidth ? 1 : 0) - (1 - level)
        logFactor = (logFactor + Self.factorRate * surprise).clamped(to: Self.largestLogFactor)
        exponents += Self.exponentRate * surprise * signs
        exponents.clamp(lowerBound: .zero, upperBound: .one)
    }

    /// Learns the size of an error between two accepted neighbours.
    package mutating func add(error: Double) {
        count += 1
        var square = error * error
        if count > Self.unclipped, meanSquare > 0 {
            square = min(square, Self.largestError * Self.largestError * meanSquare)
        }
        meanSquare += max(1 / Double(count), Self.rate) * (square - meanSquare)
        recentSquare += max(1 / Double(count), Self.recentRate) * (square - recentSquare)
    }

    /// Bounds σ, after the scales of the series were repaired.
    package mutating func limitScale(to step: Double) {
        meanSquare = min(meanSquare, step * step)
        recentSquare = min(recentSquare, meanSquare)
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
