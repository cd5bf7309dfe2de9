import Daemon
import Glibc
import Series
import Settings
import Telemetry
import Testing

@Suite("An engine that is stopped and started")
struct RestartTests {
    /// More than a batch of the threads that read them.
    private static let streams = 40

    /// Sends the samples of these rounds to every stream; returns what came back, by stream.
    private func feed(
        _ client: inout Client, _ rounds: Range<Int>
    ) throws -> [[Double]] {
        var means = Array(repeating: [Double](), count: Self.streams)
        for round in rounds {
            for stream in 0..<Self.streams {
                let value = Double(stream) + Double(round % 7) / 3
                let name = "s\(stream)"
                try client.send(#"{"stream":"\#(name)","ts":\#(1000 + round),"value":\#(value)}"#)
            }
            for stream in 0..<Self.streams {
                let forecast = try #require(try client.receive())
                try #require(String(decoding: forecast.name, as: UTF8.self) == "s\(stream)")
                try #require(forecast.sequence == UInt64(round + 1))
                means[stream].append(forecast.channels[0].mean)
            }
        }
        return means
    }

    @Test("goes on where it was, bit for bit, with checkpoints all the while")
    func restart() async throws {
        let whole = Kept<[[Double]]>()
        try await RunningEngine.serve { engine in
            var client = try Client(engine)
            try client.join()
            await whole.keep(try feed(&client, 0..<30))
        }
        let folder = try TemporaryFolder("foretide-test")
        let path = folder.path
        var parts = Array(repeating: [Double](), count: Self.streams)
        for rounds in [0..<9, 9..<30] {
            let part = Kept<[[Double]]>()
            try await RunningEngine.serve({
                $0.state.directory = path
                $0.state.checkpointInterval = .milliseconds(100)
            }) { engine in
                var client = try Client(engine)
                try client.join()
                await part.keep(try feed(&client, rounds))
                while engine.metrics.value(of: .checkpoints) < 2 { await Task.yield() }
            }
            for (stream, means) in try #require(await part.value).enumerated() {
                parts[stream] += means
            }
        }
        #expect(parts == (await whole.value))
        _ = consume folder
        #expect(unsafe access(path, F_OK) != 0)
    }
}
