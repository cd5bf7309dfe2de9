import Daemon
import Synchronization

/// One load on one pipeline: a publisher and a subscriber, each with a thread and a context of its
/// own, as two other programs would have.
package struct Load: Sendable {
    /// Interleaved, in this order.
    static let streams = 100
    private static let prefix = "bench/"

    let input: String
    let output: String
    /// The number of the first message: behind those of an earlier load, whose newest forecasts
    /// come once more from the last-value cache.
    let first: Int
    /// Above those of an earlier load, and below 0.
    let probe: Int
    let seconds: Double
    /// Nil: as fast as they come out again, 10,000 on their way at most.
    let perSecond: Double?

    package init(
        input: String, output: String, first: Int, probe: Int, seconds: Double, perSecond: Double?
    ) {
        self.input = input
        self.output = output
        self.first = first
        self.probe = probe
        self.seconds = seconds
        self.perSecond = perSecond
    }

    package struct Outcome: Sendable {
        package let sent: Int
        package let received: Int
        package let perSecond: Double
        /// Nanoseconds from sending to receiving, sorted; empty where the rate was not given.
        package let latencies: [Int64]

        package var lost: Int { sent - received }
    }

    package func run() async throws -> Outcome {
        let traffic = Traffic()
        async let receipts = OwnThread.run(name: "bench-receiver") {
            try Self.noting(traffic) {
                var receiver = try LoadReceiver(
                    from: output, prefix: Self.prefix, traffic: traffic)
                try receiver.run(first: first, probe: probe)
                return (numbers: receiver.numbers, times: receiver.times)
            }
        }
        let sent = try await OwnThread.run(name: "bench-sender") {
            try Self.noting(traffic) {
                var sender = try LoadSender(
                    to: input, prefix: Self.prefix, streams: Self.streams, traffic: traffic)
                try sender.join(prefix: Self.prefix, probe: probe)
                try sender.run(first: first, seconds: seconds, perSecond: perSecond)
                return sender.times
            }
        }
        let (numbers, times) = try await receipts
        let begin = sent.first ?? 0
        let span = Double((times.last ?? begin) - begin) / 1e9
        var latencies: [Int64] = []
        if perSecond != nil {
            latencies = zip(numbers, times).map { $1 - sent[$0 - first] }.sorted()
        }
        return Outcome(
            sent: sent.count, received: numbers.count,
            perSecond: span > 0 ? Double(numbers.count) / span : 0, latencies: latencies)
    }

    /// Ends the other end too when this one cannot go on.
    private static func noting<Result>(
        _ traffic: Traffic, _ body: () throws -> Result
    ) throws -> Result {
        do { return try body() } catch {
            traffic.isFailed.store(true, ordering: .releasing)
            throw error
        }
    }
}
