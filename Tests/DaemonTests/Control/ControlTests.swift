import Daemon
import Series
import Settings
import Synchronization
import Telemetry
import Testing
import Wire

@Suite("The control socket of a running engine")
struct ControlTests {
    /// With a control socket in a folder that goes with the test, and perhaps a state.
    private static func serve(
        state: Bool = false, reload: (@Sendable (Settings) throws(DaemonError) -> Settings)? = nil,
        _ body: @escaping @Sendable (RunningEngine, inout ControlClient) throws -> Void
    ) async throws {
        let folder = try TemporaryFolder("foretide-control")
        let path = folder.path
        try await RunningEngine.serve(
            {
                $0.model.hidden = 4
                $0.control.bind = "ipc://\(path)/control.sock"
                if state { $0.state.directory = path + "/state" }
            }, reload: reload
        ) { engine in
            var client = try ControlClient(
                try #require(engine.endpoints.control), patience: Client.patience)
            try body(engine, &client)
        }
        _ = folder.path
    }

    private static func feed(_ engine: RunningEngine, _ count: Int) throws {
        var client = try Client(engine)
        try client.join()
        for index in 0..<count {
            try client.send(#"{"stream":"s","ts":\#(1000 + index),"value":\#(index % 5)}"#)
        }
        for _ in 0..<count { _ = try #require(try client.receive()) }
    }

    @Test("it tells what the engine knows, and lists, exports and imports its streams")
    func streams() async throws {
        try await Self.serve { engine, client in
            try Self.feed(engine, 80)
            let status = try client.ask(["command": "status"]).result
            #expect(status["streams"] == 2)
            #expect(status["counters"]?["forecasts_total"]?.integer ?? 0 > 80)
            let page = try client.ask(["command": "list", "limit": 1]).result
            #expect(page["streams"]?.array?.count == 1)
            let rest = try client.ask(["command": "list", "after": page["next"]!]).result
            #expect(rest["streams"]?.array?.count == 1)
            #expect(rest["next"] == JSONValue.null)
            let shown = try client.ask(["command": "show", "stream": "s"]).result
            #expect(shown["seq"] == 80)
            #expect(shown["model"]?["hidden"] == 4)
            let file = try #require(
                try client.ask(["command": "export", "stream": "s"]).attachment)
            let imported = try client.ask(
                ["command": "import", "stream": "copy"], attachment: file)
            #expect(imported.result["stream"] == "copy")
            let copy = try client.ask(["command": "show", "stream": "copy"]).result
            #expect(copy["mae"] == shown["mae"])
            _ = try client.ask(["command": "reset", "stream": "copy"])
            let forecast = try client.ask(["command": "forecast", "stream": "s"]).result
            #expect(forecast["seq"] == 80)
        }
    }

    @Test("an error has a code for programs, which the commands end with")
    func errors() async throws {
        try await Self.serve { _, client in
            let cases: [(JSONValue, DaemonError.Code)] = [
                (["command": "nothing"], .usage), (["command": "show"], .usage),
                (["command": "show", "stream": "s"], .noInput),
                (["command": "checkpoint"], .configuration),
                (["command": "reload"], .configuration), ([], .usage),
            ]
            for (request, code) in cases {
                var found: DaemonError.Code?
                do throws(DaemonError) { _ = try client.ask(request) } catch { found = error.code }
                #expect(found == code, "\(request)")
            }
        }
    }

    @Test("a checkpoint is answered when it is on the disk")
    func checkpoint() async throws {
        try await Self.serve(state: true) { engine, client in
            try Self.feed(engine, 40)
            let written = try client.ask(["command": "checkpoint"]).result
            #expect(written["streams"] == 2)
            let page = try client.ask(["command": "list", "source": "state"]).result
            let stored = page["streams"]?.array ?? []
            #expect(stored.map { $0["stream"] } == ["probe", "s"])
            #expect(stored.last?["seq"] == 40)
            let again = try client.ask(["command": "checkpoint"]).result
            #expect(again["streams"] == 0)
        }
    }

    private static let reloads = Atomic(0)

    @Test("new settings are taken over, and refused as a whole when there is a mistake")
    func reload() async throws {
        let load: @Sendable (Settings) throws(DaemonError) -> Settings = {
            settings throws(DaemonError) in
            var settings = settings
            if Self.reloads.add(1, ordering: .relaxed).newValue == 1 {
                throw DaemonError(.configuration, lines: ["first", "second"])
            }
            settings.model.hidden = 5
            settings.input.highWaterMark = 7
            return settings
        }
        try await withReload(load)
    }

    private func withReload(
        _ load: @escaping @Sendable (Settings) throws(DaemonError) -> Settings
    ) async throws {
        try await Self.serve(reload: load) { engine, client in
            try Self.feed(engine, 80)
            var refusal: DaemonError?
            do throws(DaemonError) { _ = try client.ask(["command": "reload"]) } catch {
                refusal = error
            }
            #expect(refusal?.code == .configuration)
            #expect(refusal?.lines.dropFirst() == ["first", "second"])
            #expect(engine.metrics.value(of: .reloadSuccessful) == 0)
            let report = try client.ask(["command": "reload"]).result
            #expect(report["changed"]?.array?.map { $0["key"] } == ["model.hidden"])
            #expect(report["needs_restart"]?.array?.map { $0["key"] } == ["input.high_water_mark"])
            #expect(report["streams"]?["adapted"] == 2)
            #expect(engine.metrics.value(of: .reloadSuccessful) == 1)
            #expect(engine.metrics.value(of: .reloadLastSuccess) > 0)
            let shown = try client.ask(["command": "show", "stream": "s"]).result
            #expect(shown["model"]?["hidden"] == 5)
            #expect(shown["seq"] == 80)
        }
    }

    @Test("stop ends the engine")
    func stop() async throws {
        try await Self.serve { _, client in
            let answer = try client.ask(["command": "stop"]).result
            #expect(answer == ["stopping": true])
        }
    }

    @Test("where nobody listens it says so at once")
    func nobody() {
        var code: DaemonError.Code?
        do throws(DaemonError) {
            _ = try ControlClient("ipc:///tmp/foretide-nobody.sock", patience: .seconds(60))
        } catch {
            code = error.code
        }
        #expect(code == .unavailable)
    }
}
