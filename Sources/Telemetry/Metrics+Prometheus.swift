extension Metrics {
    /// Begins the name of each of our metrics.
    private static let prefix = "foretide_"

    /// All numbers in the Prometheus text exposition format 0.0.4.
    package var prometheusText: String {
        var text = ""
        for metric in Metric.allCases {
            let row = metric.row
            let name = Self.prefix + row.name
            text += Self.header(name, row.kind.rawValue, row.help)
            for (label, value) in values(of: metric) {
                // A value that nobody announced is worth a line only once it was seen.
                if row.label != nil, label == Self.otherLabel, value == 0 { continue }
                let pair = row.label.map { "{\($0)=\"\(Self.escaped(label))\"}" } ?? ""
                text += "\(name)\(pair) \(value)\n"
            }
        }
        return histograms.reduce(into: text) { $0 += Self.text(of: $1) }
    }

    private static func header(_ name: String, _ type: String, _ help: String) -> String {
        "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private static func text(of histogram: LatencyHistogram) -> String {
        let name = prefix + histogram.name
        let counts = histogram.snapshot()
        var text = header(name, "histogram", histogram.help)
        for (limit, count) in LatencyHistogram.cumulated(counts) {
            text += "\(name)_bucket{le=\"\(Double(limit) / 1e9)\"} \(count)\n"
        }
        let count = counts.reduce(0, +)
        text += "\(name)_bucket{le=\"+Inf\"} \(count)\n"
        text += "\(name)_sum \(Double(histogram.sumNanoseconds) / 1e9)\n"
        return text + "\(name)_count \(count)\n"
    }

    private static func escaped(_ label: String) -> String {
        var escaped = ""
        for character in label.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
