import Synchronization

/// The numbers of the running process. Any thread may write and any may read, without locks.
package final class Metrics: Sendable {
    /// What becomes of a value of a label that was not announced: there is no end to the names that
    /// a feed can think of, and each would be a time series.
    package static let otherLabel = "other"

    /// From a message's arrival to the hand-over of its last forecast.
    package let forecastLatency = LatencyHistogram(
        name: "forecast_latency_seconds", help: "Time from receiving a sample to publishing it.")
    /// One update of one stream's weights.
    package let updateDuration = LatencyHistogram(
        name: "update_duration_seconds", help: "Time of one update of a stream's weights.")

    /// One checkpoint, from its first copy to the last write.
    package let checkpointDuration = LatencyHistogram(
        name: "checkpoint_duration_seconds", help: "Time of one checkpoint of all that changed.")

    var histograms: [LatencyHistogram] { [forecastLatency, updateDuration, checkpointDuration] }

    /// One number: an atomic cannot be moved, so it is an object of its own.
    private final class Cell: Sendable {
        let value = Atomic<UInt64>(0)
    }

    /// Per metric the values of its label: one empty text if it has none, else `other` at the end.
    private let labels: [[String]]
    /// Per metric its cells, one for each value of its label.
    private let ranges: [Range<Int>]
    private let cells: [Cell]
    private let kinds = Metric.allCases.map(\.row.kind)

    /// - Parameter labels: the values that each divided metric can have. They are shown from the
    ///   start, at 0, so that the first increase is seen as one.
    package init(labels: [Metric: [String]] = [:]) {
        self.labels = Metric.allCases.map { metric in
            metric.row.label == nil ? [""] : (labels[metric] ?? []) + [Self.otherLabel]
        }
        var count = 0
        ranges = self.labels.map { values in
            defer { count += values.count }
            return count..<count + values.count
        }
        cells = (0..<count).map { _ in Cell() }
    }

    /// Counts; the label is for a divided metric only.
    package func add(_ amount: UInt64 = 1, to metric: Metric, _ label: String? = nil) {
        precondition(kinds[metric.rawValue] == .counter)
        cells[cell(metric, label)].value.wrappingAdd(amount, ordering: .relaxed)
    }

    /// Takes over a total that is counted elsewhere, by one thread, and never falls.
    package func raise(_ metric: Metric, _ label: String? = nil, to total: UInt64) {
        precondition(kinds[metric.rawValue] == .counter)
        cells[cell(metric, label)].value.max(total, ordering: .relaxed)
    }

    /// Sets a gauge.
    package func set(_ metric: Metric, _ label: String? = nil, to amount: UInt64) {
        precondition(kinds[metric.rawValue] == .gauge)
        cells[cell(metric, label)].value.store(amount, ordering: .relaxed)
    }

    /// The number, without a label the sum over all of its values.
    package func value(of metric: Metric, _ label: String? = nil) -> UInt64 {
        guard label == nil else { return cells[cell(metric, label)].value.load(ordering: .relaxed) }
        return values(of: metric).reduce(0) { $0 &+ $1.value }
    }

    /// The number for each value of the metric's label; the label is empty if it has none.
    package func values(of metric: Metric) -> [(label: String, value: UInt64)] {
        zip(labels[metric.rawValue], cells[ranges[metric.rawValue]])
            .map { (label: $0, value: $1.value.load(ordering: .relaxed)) }
    }

    /// Where a number is.
    private func cell(_ metric: Metric, _ label: String?) -> Int {
        let range = ranges[metric.rawValue]
        guard let label else {
            precondition(range.count == 1, "a divided metric is counted by label")
            return range.lowerBound
        }
        return range.lowerBound
            + (labels[metric.rawValue].firstIndex(of: label) ?? range.count - 1)
    }
}
