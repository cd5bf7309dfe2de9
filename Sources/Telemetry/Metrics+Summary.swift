package import Logging

extension Metrics {
    /// Their values count nothing.
    private static let uncounted: Set<Metric> = [
        .buildInfo, .checkpointLastSuccess, .reloadSuccessful, .reloadLastSuccess,
    ]

    /// All numbers that are not 0, as metadata of a log event: `input_rejected.truncated=3`.
    package var summary: Logger.Metadata {
        var summary: Logger.Metadata = [:]
        for metric in Metric.allCases where !Self.uncounted.contains(metric) {
            for (label, value) in values(of: metric) where value > 0 {
                summary[Self.summaryKey(metric, label)] = .stringConvertible(value)
            }
        }
        for histogram in histograms {
            for (name, share) in [("p50", 0.5), ("p99", 0.99), ("max", 1.0)] {
                guard let time = histogram.percentile(share) else { continue }
                summary["\(histogram.name).\(name)"] = .stringConvertible(Double(time) / 1e9)
            }
        }
        return summary
    }

    /// The metric's name without `_total`, and the value of its label.
    static func summaryKey(_ metric: Metric, _ label: String) -> String {
        let name = metric.row.name
        let stem = name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : name
        return label.isEmpty ? stem : "\(stem).\(label)"
    }
}

/// Tells once a minute what was refused or lost since it was last told; nothing if nothing was.
package struct TroubleReport: Sendable {
    private static let watched: [Metric] = [
        .clientsRefused, .inputRejected, .inputLost, .samplesRejected, .samplesNotLearned,
        .outputDropped, .modelRecoveries, .streamsQuarantined,
    ]
    /// What happens to good feeds too.
    private static let unremarkable: Set = ["outlier", "stuck"]

    private let intervalNanoseconds: Int64
    private var lastTimeNanoseconds: Int64
    private var told: [String: UInt64] = [:]

    /// - Parameter timeNanoseconds: the caller's monotonic clock, as for `due`.
    package init(intervalSeconds: Int = 60, from timeNanoseconds: Int64) {
        precondition(intervalSeconds > 0)
        intervalNanoseconds = Int64(intervalSeconds) * 1_000_000_000
        lastTimeNanoseconds = timeNanoseconds
    }

    /// The increases of the last interval as metadata, if it is over and there were any.
    package mutating func due(_ metrics: Metrics, at timeNanoseconds: Int64) -> Logger.Metadata? {
        guard timeNanoseconds - lastTimeNanoseconds >= intervalNanoseconds else { return nil }
        lastTimeNanoseconds = timeNanoseconds
        var report: Logger.Metadata = [:]
        for metric in Self.watched {
            for (label, value) in metrics.values(of: metric)
            where !Self.unremarkable.contains(label) {
                let key = Metrics.summaryKey(metric, label)
                let before = told.updateValue(value, forKey: key) ?? 0
                if value > before { report[key] = .stringConvertible(value - before) }
            }
        }
        return report.isEmpty ? nil : report
    }
}
