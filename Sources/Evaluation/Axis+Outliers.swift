/// The vertical axis of values in which a few are far from all others.
extension Axis {
    /// An axis around `values`; where the one per cent at either end is far away, around the rest,
    /// and the title says what lies beyond.
    static func values(title: String, over values: [Double], margin: Double) -> Axis {
        let sorted = values.filter(\.isFinite).sorted()
        guard let bounds = bounds(ofSorted: sorted) else {
            return Axis(title: title, over: sorted, margin: margin)
        }
        let beyond = [
            sorted[0] < bounds.lowerBound ? "down to " + text(sorted[0]) : nil,
            sorted[sorted.count - 1] > bounds.upperBound
                ? "up to " + text(sorted[sorted.count - 1]) : nil,
        ].compactMap(\.self)
        return Axis(
            title: title + " (cut: values \(beyond.joined(separator: " and ")))",
            over: [bounds.lowerBound, bounds.upperBound], margin: margin)
    }

    /// Nil unless the full range is more than 20 times that of the middle 98 per cent, so that
    /// these would be drawn as one flat line.
    private static func bounds(ofSorted values: [Double]) -> ClosedRange<Double>? {
        guard values.count >= 30 else { return nil }
        let tail = values.count / 100 + 1
        let (low, high) = (values[tail], values[values.count - 1 - tail])
        // Halves: the range of two huge numbers may not be finite.
        let half = high / 2 - low / 2
        let (first, last) = (values[0], values[values.count - 1])
        guard half > 0, last / 2 - first / 2 > 20 * half else { return nil }
        return max(first, low - 2 * half)...min(last, high + 2 * half)
    }

    private static func text(_ value: Double) -> String {
        NumberText.significant(value, digits: 3)
    }
}
