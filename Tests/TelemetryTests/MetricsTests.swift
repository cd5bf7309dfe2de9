import Logging
import Telemetry
import Testing

@Suite("Metrics")
struct MetricsTests {
    private let metrics = Metrics(labels: [.inputRejected: ["truncated", "json"]])

    @Test("counts add up, by label and in total")
    func counts() {
        metrics.add(to: .inputMessages)
        metrics.add(41, to: .inputMessages)
        metrics.add(to: .inputRejected, "json")
        metrics.add(2, to: .inputRejected, "truncated")
        #expect(metrics.value(of: .inputMessages) == 42)
        #expect(metrics.value(of: .inputRejected) == 3)
        #expect(metrics.value(of: .inputRejected, "json") == 1)
        #expect(metrics.value(of: .inputRejected, "truncated") == 2)
        #expect(metrics.value(of: .forecasts) == 0)
    }

    @Test("a label that nobody announced is counted as other")
    func otherLabel() {
        metrics.add(to: .inputRejected, "made up by a feed")
        metrics.add(to: .inputRejected, "made up again")
        #expect(metrics.value(of: .inputRejected, "other") == 2)
        #expect(metrics.values(of: .inputRejected).map(\.label) == ["truncated", "json", "other"])
    }

    @Test("a total counted elsewhere never falls")
    func raise() {
        metrics.raise(.samples, to: 10)
        metrics.raise(.samples, to: 7)
        #expect(metrics.value(of: .samples) == 10)
        metrics.raise(.samplesRejected, "other", to: 3)
        #expect(metrics.value(of: .samplesRejected) == 3)
    }

    @Test("a gauge goes up and down")
    func gauge() {
        metrics.set(.ready, to: 1)
        metrics.set(.ready, to: 0)
        #expect(metrics.value(of: .ready) == 0)
    }

    @Test("threads lose no count")
    func threads() async {
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { [metrics] in
                    for _ in 0..<10_000 { metrics.add(to: .inputRejected, "json") }
                }
            }
        }
        #expect(metrics.value(of: .inputRejected, "json") == 40_000)
    }

    @Test("the summary has every number that is not 0, and the percentiles")
    func summary() {
        #expect(metrics.summary.isEmpty)
        metrics.add(3, to: .forecasts)
        metrics.add(to: .inputRejected, "json")
        metrics.forecastLatency.record(nanoseconds: 2_000_000)
        #expect(
            metrics.summary.mapValues(\.description) == [
                "forecasts": "3", "input_rejected.json": "1",
                "forecast_latency_seconds.p50": "0.002", "forecast_latency_seconds.p99": "0.002",
                "forecast_latency_seconds.max": "0.002",
            ])
    }

    @Test("trouble is told once a minute, as what was added since")
    func trouble() {
        var report = TroubleReport(from: 0)
        func due(at seconds: Int64) -> [String: String]? {
            report.due(metrics, at: seconds * 1_000_000_000)?.mapValues(\.description)
        }
        metrics.add(5, to: .inputRejected, "json")
        #expect(due(at: 59) == nil)
        #expect(due(at: 60) == ["input_rejected.json": "5"])
        #expect(due(at: 120) == nil)
        metrics.add(2, to: .inputRejected, "json")
        metrics.add(1, to: .outputDropped)
        metrics.add(100, to: .inputMessages)
        #expect(due(at: 121) == nil)
        #expect(
            due(at: 180)
                == ["input_rejected.json": "2", "output_dropped": "1"])
    }
}
