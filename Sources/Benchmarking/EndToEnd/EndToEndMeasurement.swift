import Daemon
import Logging
import Settings

/// The daemon's engine with real sockets in this process, beside a plain forwarder, each under the
/// same load.
package struct EndToEndMeasurement: Sendable {
    package struct Row: Sendable {
        /// `tcp` or `ipc`.
        package let transport: String
        /// `forwarder`; `persistence`, the engine without a model; `foretide`, the engine with the
        /// settings' models.
        package let pipeline: String
        /// Samples per second; nil: as fast as it takes them.
        package let offeredPerSecond: Double?
        package let sent: Int
        package let lost: Int
        package let messagesPerSecond: Double
        /// From handing a sample to libzmq to receiving its forecast; nil where the rate is not
        /// given, since it would be the time in queues that the publisher fills.
        package let latency: Latency?
        /// Of the thread that owns the sockets, nanoseconds for each message; nil where the kernel
        /// does not say.
        package let threadNanoseconds: Double?
    }

    package struct Latency: Sendable {
        package let p50: Double
        package let p99: Double
        package let p999: Double
        package let longest: Double

        /// Microseconds out of sorted nanoseconds; nil where there are none.
        init?(_ sorted: [Int64]) {
            guard let last = sorted.last else { return nil }
            func percentile(_ share: Double) -> Double {
                Double(sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]) / 1e3
            }
            (p50, p99, p999) = (percentile(0.5), percentile(0.99), percentile(0.999))
            longest = Double(last) / 1e3
        }
    }

    private let settings: Settings
    private let seconds: Double
    private let progress: @Sendable (String) -> Void

    init(_ settings: Settings, isQuick: Bool, progress: @escaping @Sendable (String) -> Void) {
        self.settings = settings
        seconds = isQuick ? 0.3 : 3
        self.progress = progress
    }

    private static let rates: [Double?] = [nil, 1_000, 10_000, 50_000]

    /// Errors: `DaemonError`, `ZeroMQError`.
    func run() async throws -> [Row] {
        let folder = try TemporaryFolder("foretide-bench")
        let tcp = try await rows(over: Place(transport: "tcp", folder: folder.path))
        let ipc = try await rows(over: Place(transport: "ipc", folder: folder.path))
        // Nobody is left in it.
        _ = consume folder
        return tcp + ipc
    }

    /// Where the pipelines listen.
    private struct Place: Sendable {
        let transport: String
        let folder: String

        func endpoint(_ name: String) -> String {
            transport == "tcp" ? "tcp://127.0.0.1:*" : "ipc://\(folder)/\(name)"
        }
    }

    /// All pipelines at once; those without a load wait.
    private func rows(over place: Place) async throws -> [Row] {
        let forwarder = PlainForwarder()
        var persistence = settings
        persistence.streams = []
        persistence.model.experts = [.persistence]
        let engines = [
            ("persistence", try engine(persistence, place, "persistence")),
            ("foretide", try engine(settings, place, "foretide")),
        ]
        return try await withThrowingTaskGroup { tasks in
            tasks.addTask {
                try await forwarder.run(
                    input: place.endpoint("forwarder-in"), output: place.endpoint("forwarder-out"))
            }
            defer {
                forwarder.requestStop()
                for (_, engine) in engines { engine.requestStop() }
            }
            var pipelines: [Pipeline] = []
            if let endpoints = await forwarder.endpoints {
                pipelines.append(
                    Pipeline(
                        name: "forwarder", input: endpoints.input, output: endpoints.output,
                        threads: ThreadTime.threads(named: PlainForwarder.threadName)))
            }
            for (name, engine) in engines {
                tasks.addTask { try await engine.run() }
                if let pipeline = await Self.pipeline(name, engine, beside: pipelines) {
                    pipelines.append(pipeline)
                }
            }
            // One that could not begin has said why.
            let rows = try await load(pipelines, over: place.transport)
            forwarder.requestStop()
            for (_, engine) in engines { engine.requestStop() }
            try await tasks.waitForAll()
            return rows
        }
    }

    private struct Pipeline: Sendable {
        let name: String
        let input: String
        let output: String
        /// Those that own its sockets.
        let threads: Set<Int>
        var messages = 0
    }

    private func engine(
        _ settings: Settings, _ place: Place, _ name: String
    ) throws(DaemonError) -> EngineService {
        var settings = settings
        settings.input = Settings().input
        settings.input.bind = [place.endpoint("\(name)-in")]
        settings.input.pullBind = []
        settings.output = Settings().output
        settings.output.bind = [place.endpoint("\(name)-out")]
        settings.state.directory = ""
        settings.control.bind = ""
        let quiet = Logger(label: "foretide") { _ in SwiftLogNoOpLogHandler() }
        do { return try EngineService(settings: settings, logger: quiet) } catch {
            throw error as? DaemonError ?? DaemonError(.internal, "\(error)")
        }
    }

    private static func pipeline(
        _ name: String, _ engine: EngineService, beside others: [Pipeline]
    ) async -> Pipeline? {
        guard let endpoints = await engine.ready else { return nil }
        let known = others.reduce(into: Set<Int>()) { $0.formUnion($1.threads) }
        return Pipeline(
            name: name, input: endpoints.input[0], output: endpoints.output[0],
            threads: ThreadTime.threads(named: "foretide-engine").subtracting(known))
    }

    /// One after the other at each rate, so that the ratios are of the same minute.
    private func load(_ pipelines: [Pipeline], over transport: String) async throws -> [Row] {
        var pipelines = pipelines
        var rows: [Row] = []
        for rate in Self.rates {
            for index in pipelines.indices {
                let pipeline = pipelines[index]
                let text = rate.map { "\(Int($0))/s" } ?? "as fast as it can"
                progress("\(pipeline.name) over \(transport), \(text)")
                let before = Self.time(of: pipeline)
                let outcome = try await Load(
                    input: pipeline.input, output: pipeline.output, first: pipeline.messages,
                    probe: rows.count - 1_000, seconds: seconds, perSecond: rate
                ).run()
                let used = zip(before, Self.time(of: pipeline)).reduce(0) { $0 + $1.1 - $1.0 }
                pipelines[index].messages += outcome.sent
                rows.append(
                    Row(
                        transport: transport, pipeline: pipeline.name, offeredPerSecond: rate,
                        sent: outcome.sent, lost: outcome.lost,
                        messagesPerSecond: outcome.perSecond,
                        latency: Latency(outcome.latencies),
                        threadNanoseconds: used == 0 || outcome.received == 0
                            ? nil : Double(used) / Double(outcome.received)))
            }
        }
        return rows
    }

    private static func time(of pipeline: Pipeline) -> [Int] {
        pipeline.threads.sorted().compactMap(ThreadTime.nanoseconds(of:))
    }
}
