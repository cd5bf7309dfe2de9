/// How the intervals held: the share of samples inside, and the Winkler score (Winkler 1972; the
/// interval score of Gneiting and Raftery 2007, equation 43), which charges width and misses at the
/// exchange rate at which the true quantiles are the best answer.
///
///     S = (u − l) + 2/(1 − level)·max(l − y, 0) + 2/(1 − level)·max(y − u, 0)
package struct IntervalScore: Equatable, Sendable {
    package private(set) var count = 0
    package private(set) var inside = 0
    private var sum = 0.0
    private var widths = 0.0

    package init() {}

    /// level: the share that the interval is to hold, 0…1.
    package mutating func add(value: Double, lower: Double, upper: Double, level: Double) {
        count += 1
        if lower <= value && value <= upper { inside += 1 }
        let outside = max(lower - value, 0) + max(value - upper, 0)
        widths += upper - lower
        sum += (upper - lower) + 2 / (1 - level) * outside
    }

    /// The share of samples inside, 0…1; NaN without samples.
    package var coverage: Double { Double(inside) / Double(count) }
    /// The mean width, in units of the series. NaN without samples.
    package var meanWidth: Double { widths / Double(count) }
    /// The mean Winkler score, in units of the series; less is better. NaN without samples.
    package var winkler: Double { sum / Double(count) }
}
