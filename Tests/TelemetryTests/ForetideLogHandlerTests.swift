import Glibc
import Logging
import Synchronization
import Telemetry
import Testing

/// Lines in the order in which they were written.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    func append(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

@Suite("The log handler")
struct ForetideLogHandlerTests {
    private let lines = Lines()

    private func logger(
        level: LogThreshold = LogThreshold(.info), provider: Logger.MetadataProvider? = nil
    ) -> Logger {
        var handler = ForetideLogHandler(
            format: .text, threshold: level, forJournal: true, now: { 0 },
            write: { [lines] in lines.append($0) })
        handler.metadataProvider = provider
        return Logger(label: "test") { _ in handler }
    }

    @Test("an event below the level is not written, one at it is one line")
    func level() {
        let logger = logger(level: LogThreshold(.notice))
        logger.info("Hidden")
        logger.notice("Shown")
        logger.error("Shown too")
        #expect(lines.all == ["<5>NOTICE Shown\n", "<3>ERROR Shown too\n"])
    }

    @Test("the level can change while the program runs, but for a logger that has its own")
    func threshold() {
        let threshold = LogThreshold(.error)
        let logger = logger(level: threshold)
        var own = logger
        own.logLevel = .critical
        logger.notice("Hidden")
        threshold.level = .debug
        logger.debug("Shown")
        own.error("Hidden")
        #expect(lines.all == ["<7>DEBUG Shown\n"])
        #expect(threshold.level == .debug)
    }

    @Test("the event's metadata goes before the provider's, that before the logger's")
    func metadata() {
        var logger = logger(provider: .init { ["b": "provider", "c": "provider"] })
        logger[metadataKey: "a"] = "logger"
        logger[metadataKey: "b"] = "logger"
        logger[metadataKey: "c"] = "logger"
        logger.info("M", metadata: ["c": "event"])
        #expect(lines.all == ["<6>INFO M a=logger b=provider c=event\n"])
        #expect(logger[metadataKey: "a"] == "logger")
    }

    @Test("an error of the event is metadata")
    func error() {
        struct Failure: Error, CustomStringConvertible { let description = "no space" }
        logger().error("Cannot write", error: Failure())
        #expect(lines.all == ["<3>ERROR Cannot write error=\"no space\"\n"])
    }

    @Test("stderr is the journal only if the variable names this very file")
    func journal() throws {
        var status = stat()
        try #require(unsafe fstat(STDERR_FILENO, &status) == 0)
        #expect(StandardError.isJournal("\(status.st_dev):\(status.st_ino)"))
        #expect(!StandardError.isJournal("\(status.st_dev):\(status.st_ino + 1)"))
        #expect(!StandardError.isJournal(""))
        #expect(!StandardError.isJournal(nil))
    }

    @Test("the clock of the log is after this test was written")
    func clock() {
        #expect(StandardError.timeNanoseconds() > 1_763_000_000_000_000_000)
    }
}
