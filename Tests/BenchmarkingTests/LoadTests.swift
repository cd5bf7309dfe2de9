import Benchmarking
import Testing

@Suite("A load on a pipeline")
struct LoadTests {
    @Test(
        "a forwarder loses nothing, and gives each message back once",
        arguments: [nil, 2_000.0])
    func forwarder(perSecond: Double?) async throws {
        let forwarder = PlainForwarder()
        try await withThrowingTaskGroup { tasks in
            tasks.addTask {
                try await forwarder.run(input: "tcp://127.0.0.1:*", output: "tcp://127.0.0.1:*")
            }
            defer { forwarder.requestStop() }
            let endpoints = try #require(await forwarder.endpoints)
            var first = 0
            for probe in [-2, -1] {
                let load = Load(
                    input: endpoints.input, output: endpoints.output, first: first, probe: probe,
                    seconds: 0.1, perSecond: perSecond)
                let outcome = try await load.run()
                #expect(outcome.sent > 0)
                #expect(outcome.received == outcome.sent)
                #expect(outcome.perSecond > 0)
                #expect(outcome.latencies.count == (perSecond == nil ? 0 : outcome.sent))
                #expect(outcome.latencies.allSatisfy { $0 > 0 })
                first += outcome.sent
            }
            forwarder.requestStop()
            try await tasks.waitForAll()
        }
    }

    @Test(
        "a message's number is read from its time",
        arguments: [
            (#"{"stream":"bench/s1","ts":1700000000.000,"value":1}"#, 0),
            (#"{"stream":"bench/s1","seq":3,"ts":1700000000,"y":1}"#, 0),
            (#"{"stream":"bench/s1","seq":3,"ts":1700000012.3,"y":1}"#, 12_300),
            (#"{"ts":1700000012.345}"#, 12_345), (#"{"ts":1699999999.999}"#, -1),
            (#"{"stream":"bench/s1","value":1}"#, nil), ("", nil),
        ] as [(String, Int?)])
    func numbers(json: String, number: Int?) {
        let bytes = Array(json.utf8)
        #expect(MessageNumber.read(bytes.span) == number)
    }
}
