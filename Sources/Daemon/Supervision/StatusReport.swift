package import Telemetry

/// What `systemctl status` shows of a serving daemon, in one line: how much there is to do, and
/// whether what is learned gets to the disk.
package struct StatusReport {
    private static let intervalNanoseconds: Int64 = 5_000_000_000

    private var lastTime: Int64
    private var nextTime: Int64
    private var samples: UInt64 = 0
    private var checkpoints: UInt64 = 0
    private var failures: UInt64 = 0
    /// Whether the newest checkpoints have failed.
    private var isFailing = false
    private var told = ""

    /// - Parameter timeNanoseconds: the caller's monotonic clock, as for `due`. The first report is
    ///   due after a second.
    package init(from timeNanoseconds: Int64) {
        lastTime = timeNanoseconds
        nextTime = timeNanoseconds + 1_000_000_000
    }

    /// The line, when it is time and it differs from the last one.
    /// - Parameter realTimeSeconds: since 1970, for the age of the last checkpoint.
    package mutating func due(
        _ metrics: Metrics, streams: Int, at timeNanoseconds: Int64,
        realTimeSeconds: @autoclosure () -> Int64
    ) -> String? {
        guard timeNanoseconds >= nextTime else { return nil }
        let seconds = Double(timeNanoseconds - lastTime) / 1e9
        let total = metrics.value(of: .samples)
        let rate = Double(total - samples) / seconds
        (lastTime, nextTime) = (timeNanoseconds, timeNanoseconds + Self.intervalNanoseconds)
        samples = total
        var line = "\(streams) \(streams == 1 ? "stream" : "streams"), \(Self.text(rate)) samples/s"
        noteCheckpoints(metrics)
        if isFailing {
            let last = metrics.value(of: .checkpointLastSuccess)
            let age = last > 0 ? "\(realTimeSeconds() - Int64(last)) s ago" : "never"
            line += "; checkpoints fail (see the log), the last good one: \(age)"
        }
        guard line != told else { return nil }
        told = line
        return line
    }

    private mutating func noteCheckpoints(_ metrics: Metrics) {
        let now = (metrics.value(of: .checkpoints), metrics.value(of: .checkpointFailures))
        if now.0 > checkpoints { isFailing = false } else if now.1 > failures { isFailing = true }
        (checkpoints, failures) = now
    }

    /// Two digits at least below ten, whole numbers above.
    private static func text(_ rate: Double) -> String {
        rate < 9.95 ? "\((rate * 10).rounded() / 10)" : "\(Int(rate.rounded()))"
    }
}
