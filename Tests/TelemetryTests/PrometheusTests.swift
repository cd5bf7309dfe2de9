import Telemetry
import Testing

@Suite("The Prometheus text")
struct PrometheusTests {
    private let metrics = Metrics(labels: [
        .inputRejected: ["truncated", "odd \"\\\n"], .buildInfo: ["0.1.0"],
    ])

    private var lines: [Substring] { metrics.prometheusText.split(separator: "\n") }

    @Test("counters, gauges and labels, each under its help and type")
    func families() {
        metrics.add(7, to: .inputMessages)
        metrics.add(to: .inputRejected, "odd \"\\\n")
        metrics.set(.buildInfo, "0.1.0", to: 1)
        let text = metrics.prometheusText
        #expect(
            text.contains(
                """
                # HELP foretide_input_messages_total Messages received.
                # TYPE foretide_input_messages_total counter
                foretide_input_messages_total 7

                """))
        #expect(
            text.contains(
                #"""
                # TYPE foretide_input_rejected_total counter
                foretide_input_rejected_total{reason="truncated"} 0
                foretide_input_rejected_total{reason="odd \"\\\n"} 1
                # HELP
                """#))
        #expect(text.contains("foretide_build_info{version=\"0.1.0\"} 1\n"))
        #expect(text.contains("# TYPE foretide_ready gauge\nforetide_ready 0\n"))
        #expect(text.hasSuffix("\n"))
    }

    @Test("a label that nobody announced is shown once it was seen")
    func otherLabel() {
        #expect(!metrics.prometheusText.contains("other"))
        metrics.add(to: .inputRejected, "news")
        #expect(lines.contains("foretide_input_rejected_total{reason=\"other\"} 1"))
    }

    @Test("a histogram counts each time under all ends that it does not exceed")
    func histogram() {
        for time: Int64 in [1, 1024, 1025, 2048, 20_000_000_000] {
            metrics.forecastLatency.record(nanoseconds: time)
        }
        let name = "foretide_forecast_latency_seconds"
        #expect(lines.contains("# TYPE \(name) histogram"))
        #expect(lines.contains("\(name)_bucket{le=\"1.024e-06\"} 2"))
        #expect(lines.contains("\(name)_bucket{le=\"2.048e-06\"} 4"))
        #expect(lines.contains("\(name)_bucket{le=\"17.179869184\"} 4"))
        #expect(lines.contains("\(name)_bucket{le=\"+Inf\"} 5"))
        #expect(lines.contains("\(name)_count 5"))
        #expect(lines.contains("\(name)_sum 20.000004098"))
    }

    @Test("every line is of the exposition format, and names follow Prometheus' rules")
    func format() throws {
        metrics.add(to: .inputRejected, "odd \"\\\n")
        metrics.add(to: .samplesNotLearned, "late")
        metrics.updateDuration.record(nanoseconds: 3_000_000)
        let sample =
            #/([a-z_]+)(\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"\})? [0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?/#
        let comment = #/# (?:HELP ([a-z_]+) [A-Z].*\.?|TYPE ([a-z_]+) (?:counter|gauge|histogram))/#
        var family = ""
        var helped: Set<String> = []
        for line in lines {
            if line.hasPrefix("#") {
                let match = try #require(line.wholeMatch(of: comment), "\(line)")
                family = String(match.1 ?? match.2 ?? "")
                if match.1 != nil { try #require(helped.insert(family).inserted, "\(line)") }
                if match.2 != nil { try #require(helped.contains(family), "\(line)") }
                try #require(family.hasPrefix("foretide_"))
            } else {
                let match = try #require(line.wholeMatch(of: sample), "\(line)")
                try #require(match.1 == family || match.1.hasPrefix(family + "_"), "\(line)")
            }
        }
        for metric in Metric.allCases {
            let row = metric.row
            #expect(row.name.hasSuffix("_total") == (row.kind == .counter), "\(row.name)")
            #expect(row.help.hasSuffix(".") && !row.help.contains("\n"), "\(row.name)")
        }
        #expect(Set(Metric.allCases.map(\.row.name)).count == Metric.allCases.count)
    }
}
