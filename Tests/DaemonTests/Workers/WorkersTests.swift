import Daemon
import Series
import Settings
import Telemetry
import Testing

/// Also what ThreadSanitizer watches the threads by (`make test-thread`).
@Suite("Workers")
struct WorkersTests {
    private static let streams = 48

    /// Messages of many samples, so that there is work for several threads at once.
    private func message(_ index: Int) -> String {
        let samples = (0..<2 * Self.streams).map { number in
            let (stream, step) = (number * 7 % Self.streams, 2 * index + number / Self.streams)
            let value = Double(stream) + Double((step * 5 + stream) % 12) / 3
            return #"{"stream":"s\#(stream)","ts":\#(1000 + step),"value":\#(value)}"#
        }
        return "[\(samples.joined(separator: ","))]"
    }

    /// What comes back for so many messages, in its order.
    private func answers(
        _ messages: Int, _ change: @escaping @Sendable (inout Settings) -> Void
    ) async throws -> [String] {
        let seen = Kept<[String]>()
        try await RunningEngine.serve(change) { engine in
            var client = try Client(engine)
            try client.join()
            var answers: [String] = []
            for index in 0..<messages {
                try client.send(message(index))
                for _ in 0..<2 * Self.streams {
                    answers.append("\(try #require(try client.receive()))")
                }
            }
            await seen.keep(answers)
        }
        return try #require(await seen.value)
    }

    @Test("any number of them answers the same in the same order", arguments: [2, 3, 5])
    func equality(workers: Int) async throws {
        let expected = try await answers(30) { $0.engine.workers = 1 }
        let folder = try TemporaryFolder("foretide-test")
        let path = folder.path
        let seen = try await answers(30) {
            $0.engine.workers = workers
            $0.state.directory = path
            $0.state.checkpointInterval = .milliseconds(100)
        }
        #expect(seen == expected)
        _ = consume folder
    }

    @Test("what they have learned is counted, and no update is left out at the end")
    func counts() async throws {
        let kept = Kept<[UInt64]>()
        var totals: [[UInt64]] = []
        for workers in [1, 4] {
            try await RunningEngine.serve({ $0.engine.workers = workers }) { engine in
                let client = try Client(engine)
                for index in 0..<20 { try client.send(message(index)) }
                while engine.metrics.value(of: .forecasts) < UInt64(40 * Self.streams) {
                    await Task.yield()
                }
                let metrics = engine.metrics
                await kept.keep([
                    metrics.value(of: .samples), metrics.value(of: .updates),
                    metrics.value(of: .updatesSkipped), metrics.updateDuration.count,
                ])
            }
            totals.append(try #require(await kept.value))
        }
        #expect(totals[0][1] > 400)
        #expect(totals[1] == totals[0])
    }
}
