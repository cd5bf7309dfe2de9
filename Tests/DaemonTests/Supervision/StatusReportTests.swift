import Telemetry
import Testing

import Daemon

@Suite("StatusReport")
struct StatusReportTests {
    private static func seconds(_ count: Int64) -> Int64 { count * 1_000_000_000 }

    @Test("the rate is that since the last report, and the same line is told once")
    func rate() {
        let metrics = Metrics()
        var report = StatusReport(from: Self.seconds(100))
        func line(_ streams: Int, at second: Int64) -> String? {
            report.due(
                metrics, streams: streams, at: Self.seconds(second), realTimeSeconds: 1000)
        }
        #expect(line(0, at: 100) == nil)
        metrics.raise(.samples, to: 3)
        #expect(line(1, at: 102) == "1 stream, 1.5 samples/s")
        metrics.raise(.samples, to: 2003)
        #expect(line(2, at: 104) == nil)
        #expect(line(2, at: 112) == "2 streams, 200 samples/s")
        #expect(line(2, at: 117) == "2 streams, 0.0 samples/s")
        #expect(line(2, at: 122) == nil)
        #expect(line(3, at: 127) == "3 streams, 0.0 samples/s")
    }

    @Test("failing checkpoints are told until one succeeds")
    func checkpoints() {
        let metrics = Metrics()
        var report = StatusReport(from: 0)
        func line(at second: Int64) -> String? {
            report.due(
                metrics, streams: 1, at: Self.seconds(second), realTimeSeconds: 5000 + second)
        }
        metrics.add(to: .checkpointFailures)
        #expect(
            line(at: 10) == "1 stream, 0.0 samples/s; checkpoints fail (see the log), "
                + "the last good one: never")
        metrics.set(.checkpointLastSuccess, to: 4990)
        #expect(line(at: 20)?.hasSuffix("the last good one: 30 s ago") == true)
        metrics.add(to: .checkpoints)
        #expect(line(at: 30) == "1 stream, 0.0 samples/s")
        metrics.add(to: .checkpointFailures)
        #expect(line(at: 40)?.contains("checkpoints fail") == true)
    }
}
