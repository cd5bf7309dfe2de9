import Daemon
import Series
import Settings
import Telemetry
import Testing

@Suite("The engine as a service")
struct EngineServiceTests {
    @Test("every sample gets its forecast, in order, with no sequence number left out")
    func answersAll() async throws {
        try await RunningEngine.serve { engine in
            var client = try Client(engine)
            try client.join()
            for index in 0..<600 {
                try client.send(
                    #"{"stream":"s\#(index % 3)","ts":\#(1000 + index / 3),"value":\#(index % 7)}"#)
            }
            var next: [UInt64] = [1, 1, 1]
            for index in 0..<600 {
                let forecast = try #require(try client.receive())
                let stream = index % 3
                try #require(String(decoding: forecast.name, as: UTF8.self) == "s\(stream)")
                try #require(forecast.sequence == next[stream])
                try #require(forecast.channels[0].value == Double(index % 7))
                try #require(forecast.channels[0].mean.isFinite)
                next[stream] += 1
            }
        }
    }

    @Test("what is refused is counted by its reason, and the rest goes on")
    func countsRefusals() async throws {
        try await RunningEngine.serve { engine in
            var client = try Client(engine)
            try client.join()
            try client.send("{broken")
            try client.send("a", "b", "c", "d")
            try client.send(#"{"stream":"s","value":1}"#)
            _ = try #require(try client.receive())
            while engine.metrics.value(of: .inputRejected) < 2 { await Task.yield() }
            #expect(engine.metrics.value(of: .inputRejected, "json") == 1)
            #expect(engine.metrics.value(of: .inputRejected, "frames") == 1)
        }
    }

    @Test("graceful shutdown answers what had arrived")
    func drains() async throws {
        let answered = Kept<Metrics>()
        // Persistence only: under a sanitizer the others would not be done within the drain's time.
        try await RunningEngine.serve({ $0.model.experts = [.persistence] }) { engine in
            var client = try Client(engine)
            try client.join()
            for index in 0..<2000 { try client.send(#"{"stream":"s","value":\#(index)}"#) }
            _ = try #require(try client.receive())
            await answered.keep(engine.metrics)
        }
        let metrics = try #require(await answered.value)
        // The probe's messages come on top.
        #expect(metrics.value(of: .forecasts) >= 2001)
        #expect(metrics.value(of: .forecasts) == metrics.value(of: .samples))
    }

    @Test("a late subscriber gets the newest forecast of each stream at once")
    func lastValues() async throws {
        try await RunningEngine.serve { engine in
            var client = try Client(engine)
            try client.join()
            for index in 0..<40 { try client.send(#"{"stream":"s\#(index % 4)","value":1}"#) }
            for _ in 0..<40 { _ = try #require(try client.receive()) }
            var late = try Client(engine, subscribe: "s")
            var newest: [String: UInt64] = [:]
            for _ in 0..<4 {
                let forecast = try #require(try late.receive())
                newest[String(decoding: forecast.name, as: UTF8.self)] = forecast.sequence
            }
            #expect(newest == ["s0": 10, "s1": 10, "s2": 10, "s3": 10])
        }
    }

    @Test("without a last-value cache it gets nothing until the next sample")
    func noLastValues() async throws {
        try await RunningEngine.serve({ $0.output.lastValueCache = false }) { engine in
            var client = try Client(engine)
            try client.join()
            try client.send(#"{"stream":"s","value":1}"#)
            _ = try #require(try client.receive())
            var late = try Client(engine, subscribe: "s")
            #expect(try late.receive(within: .milliseconds(300)) == nil)
        }
    }

    @Test("an address in use is an error that names it, with the code for unavailable")
    func addressInUse() async throws {
        try await RunningEngine.serve { engine in
            let error = await #expect(throws: DaemonError.self) {
                try await RunningEngine.serve({ $0.output.bind = engine.endpoints.output }) { _ in }
            }
            #expect(error?.code == .unavailable)
            #expect(error?.description.contains(engine.endpoints.output[0]) == true)
        }
    }

    @Test("in MessagePack and in binary the same forecasts go out")
    func formats() async throws {
        var means: [[Double]] = []
        for format in [OutputFormat.json, .msgpack, .binary] {
            let seen = Kept<[Double]>()
            try await RunningEngine.serve({ $0.output.format = format }) { engine in
                var client = try Client(engine)
                try client.join()
                for index in 0..<50 {
                    try client.send(#"{"stream":"s","ts":\#(index),"value":\#(index % 5)}"#)
                }
                var means: [Double] = []
                for _ in 0..<50 {
                    let forecast = try #require(try client.receive())
                    means.append(forecast.channels[0].mean)
                }
                await seen.keep(means)
            }
            means.append(try #require(await seen.value))
        }
        #expect(means[0].count == 50)
        #expect(means[1] == means[0])
        #expect(means[2] == means[0])
    }

    @Test("with input.reorder late samples are put in order, and the end answers what is held")
    func reorders() async throws {
        let answered = Kept<Metrics>()
        try await RunningEngine.serve({ $0.input.reorder = .milliseconds(2500) }) { engine in
            var client = try Client(engine)
            try client.join()
            for time in [1000, 1001, 1003, 1002, 1004, 1005, 1007, 1001] {
                try client.send(#"{"stream":"s","ts":\#(time),"value":\#(time)}"#)
            }
            for time in [1000, 1001, 1002, 1003, 1004, 1001] {
                let forecast = try #require(try client.receive())
                #expect(forecast.channels[0].value == Double(time))
            }
            // The metrics follow in their own time; the late one was the last.
            while engine.metrics.value(of: .samplesNotLearned, "late") < 1 { await Task.yield() }
            #expect(engine.metrics.value(of: .samplesReordered) == 1)
            await answered.keep(engine.metrics)
        }
        let metrics = try #require(await answered.value)
        #expect(metrics.value(of: .samplesReordered) == 1)
        #expect(metrics.value(of: .forecasts) == metrics.value(of: .samples))
        #expect(metrics.value(of: .samples) >= 8)
    }
}
