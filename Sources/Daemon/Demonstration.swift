import Logging
import ServiceLifecycle
import Settings
import Synchronization

/// `foretide demo`: six synthetic sensors, the engine and a live view in one process, with real
/// sockets on ports of the loopback interface that the system chooses and a state database in a
/// temporary folder.
package struct Demonstration: Sendable {
    package struct Options: Sendable {
        /// Then it ends by itself; nil: on Ctrl-C.
        package var seconds: Double?
        /// Samples of each sensor per second.
        package var perSecond = 40.0
        package var seed: UInt64 = 1
        package var mode = TerminalMode.lines

        package init() {}
    }

    /// Set by the view or the feed when it ends, read by the other.
    private final class Ending: Sendable {
        let hasCome = Atomic(false)
    }

    private let options: Options

    package init(_ options: Options) { self.options = options }

    /// Runs to the end. Errors: `DaemonError`.
    package func run() async throws {
        let folder = try TemporaryFolder("foretide-demo")
        var settings = Settings()
        settings.state.directory = folder.path
        settings.input.bind = ["tcp://127.0.0.1:*"]
        settings.input.pullBind = []
        settings.output.bind = ["tcp://127.0.0.1:*"]
        settings.engine.seed = options.seed
        // The view has the terminal for itself.
        let quiet = Logger(label: "foretide") { _ in SwiftLogNoOpLogHandler() }
        let engine = try EngineService(settings: settings, logger: quiet)
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: engine)], logger: quiet))
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            if let endpoints = await engine.ready {
                let ending = Ending()
                tasks.addTask {
                    // However the view ends, the feed and the engine end with it.
                    defer { ending.hasCome.store(true, ordering: .releasing) }
                    do {
                        try await view(of: endpoints.output[0], until: ending)
                    } catch {
                        await group.triggerGracefulShutdown()
                        throw error
                    }
                    await group.triggerGracefulShutdown()
                }
                do {
                    try await feed(endpoints.input[0], until: ending)
                } catch {
                    ending.hasCome.store(true, ordering: .releasing)
                    throw error
                }
            }
            try await tasks.waitForAll()
        }
        // The engine has written its last: now the folder may go.
        _ = consume folder
    }

    private func view(of endpoint: String, until ending: Ending) async throws {
        var watch = Watch.Options()
        watch.endpoint = endpoint
        watch.title = "foretide demo"
        watch.knownStreams = SyntheticSensor.demonstration(seed: options.seed)
            .map { ($0.name, $0.unit) }
        watch.style = .live(options.mode)
        watch.seconds = options.seconds
        let options = watch
        _ = try await OwnThread.run(name: "foretide-view") {
            try Watch(options).run {
                Interruption.isRequested || ending.hasCome.load(ordering: .acquiring)
            }
        }
    }

    private func feed(_ endpoint: String, until ending: Ending) async throws {
        var feed = Feed.Options()
        feed.publisher.endpoint = endpoint
        feed.perSecond = options.perSecond
        let (options, seed) = (feed, options.seed)
        _ = try await OwnThread.run(name: "foretide-feed") {
            try Feed(.sensors(SyntheticSensor.demonstration(seed: seed)), options: options)
                .run { ending.hasCome.load(ordering: .acquiring) }
        }
    }
}
