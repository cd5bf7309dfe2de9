/// The scales of a series whose first samples held an outlier, computed again from those samples
/// (BAD-DATA-AND-PRIOR.md, step 7).
package struct ColdStartRepair {
    package let mean: Double
    package let variance: Double
    package let meanSquaredStep: Double
    /// The median value, and how far from it a value may be.
    private let middle: Double
    private let reach: Double

    /// The number of learned steps at which the start is looked at, once.
    package static let afterSteps = 16
    /// A start that took longer, because values were missing, is left as it is.
    private static let longestStart = 64
    /// An outlier: its squared step is so many times the median one.
    private static let outlierRatio = 1e4

    /// Nil when the start needs no repair.
    ///
    /// m, v: of the values within ±120·√med of the median; u: mean of min(d², 9·med), with med the
    /// median squared step. Imputed steps count like real ones: they follow the forecast.
    package init?(_ history: borrowing History) {
        let count = history.count
        guard count > Self.afterSteps, count <= Self.longestStart else { return nil }
        var values: [Double] = []
        var squares: [Double] = []
        for back in 0..<count {
            values.append(history[back: back])
            if back + 1 < count {
                let step = history[back: back] - history[back: back + 1]
                squares.append(step * step)
            }
        }
        let median = Self.median(of: squares)
        guard median > 0, squares.max()! > Self.outlierRatio * median else { return nil }
        middle = Self.median(of: values)
        reach = 120 * median.squareRoot()
        var sum = 0.0
        for value in values { sum += (value - middle).clamped(to: reach) }
        let offset = sum / Double(count)
        var squaredSum = 0.0
        for value in values {
            let deviation = (value - middle).clamped(to: reach) - offset
            squaredSum += deviation * deviation
        }
        mean = middle + offset
        variance = squaredSum / Double(count)
        var stepSum = 0.0
        for square in squares { stepSum += min(square, 9 * median) }
        meanSquaredStep = stepSum / Double(squares.count)
    }

    /// The value, at most the reach away from the median.
    package func limited(_ value: Double) -> Double {
        middle + (value - middle).clamped(to: reach)
    }

    private static func median(of numbers: [Double]) -> Double {
        let sorted = numbers.sorted()
        let half = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }
}
