import Evaluation
import Forecasting
import Series
package import Settings

/// What streams take in memory under given settings, as `limits.memory` counts it.
package struct MemoryEstimate: Sendable {
    /// One kind of streams.
    package struct Row: Sendable {
        /// Their names' pattern.
        package let match: String
        /// Of a stream of one channel. A further channel takes nearly as much again.
        package let bytes: Int
    }

    /// In the order of the rules; the last one matches what none before it does.
    package let rows: [Row]
    /// The nets that streams share, when each of the 64 partitions has some.
    package let nets: Int
    /// What all threads train with, when there are streams of every number of channels that
    /// `limits.values_per_sample` allows. `limits.memory` does not count it.
    package let training: Int
    /// With them all of `limits.max_streams`, if each were of the largest kind.
    package let total: Int
    private let limits: (streams: Int, bytes: Int)

    package init(_ settings: Settings) {
        rows = settings.modelRules.map { rule in
            Row(
                match: rule.match,
                bytes: Forecaster.bytes(of: ModelRule(rule).configuration))
        }
        limits = (settings.limits.maxStreams, settings.limits.memoryBytes)
        nets = settings.modelRules.reduce(0) { sum, rule in
            sum + StreamPartition.count * Forecaster.netBytes(of: ModelRule(rule).configuration)
        }
        training = settings.modelRules.reduce(0) { sum, rule in
            let bytes = Forecaster.trainingBytes(
                of: ModelRule(rule).configuration, channels: settings.limits.valuesPerSample)
            // Several threads have theirs beside the engine's own.
            let threads = settings.engine.threads
            return sum + (threads > 1 ? threads + 1 : 1) * bytes
        }
        total = limits.streams * (rows.map(\.bytes).max() ?? 0) + nets + training
    }

    /// For a person to read, every line with its end.
    package var text: String {
        var table = TextTable(heading: ["streams", "bytes each"])
        for row in rows { table.add([row.match, NumberText.grouped(row.bytes)]) }
        if nets > 0 { table.add(["shared nets, all together", NumberText.grouped(nets)]) }
        if training > 0 {
            table.add(["training, at most, all together", NumberText.grouped(training)])
        }
        let streams = NumberText.grouped(limits.streams)
        let largest = rows.count > 1 ? ", if all were of the largest kind" : ""
        var text =
            table.text + "limits.max_streams: \(streams) of them take"
            + " \(Self.size(total))\(training > 0 ? ", with their training" : "")\(largest)\n"
        if total - training > limits.bytes, let most = rows.map(\.bytes).max() {
            text +=
                "limits.memory: \(Self.size(limits.bytes)) has room for"
                + " \(NumberText.grouped(max(0, limits.bytes - nets) / most)) of them only\n"
        }
        return text
    }

    /// `1.50 GiB`, in the units of the settings.
    private static func size(_ bytes: Int) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var (value, unit) = (Double(bytes), 0)
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(NumberText.significant(value)) \(units[unit])"
    }
}
