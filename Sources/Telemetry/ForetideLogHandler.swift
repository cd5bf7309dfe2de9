import Glibc
package import Logging

/// Writes each event as one line to stderr, in one `write`, so that lines of threads do not mix.
package struct ForetideLogHandler: LogHandler {
    /// That of the threshold, until a logger has set its own.
    package var logLevel: Logger.Level {
        get { ownLevel ?? threshold.level }
        set { ownLevel = newValue }
    }
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let threshold: LogThreshold
    private var ownLevel: Logger.Level?
    private let format: LogLine.Format
    private let isForJournal: Bool
    private let now: @Sendable () -> Int64
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - forJournal: stderr is the journal (`StandardError.isJournal`): lines begin with their
    ///     priority, as `<6>`, and text has no time of its own.
    ///   - now: nanoseconds since 1970, UTC.
    ///   - write: takes a line with its end.
    package init(
        format: LogLine.Format, threshold: LogThreshold, forJournal: Bool,
        now: @escaping @Sendable () -> Int64 = StandardError.timeNanoseconds,
        write: @escaping @Sendable (String) -> Void = StandardError.write
    ) {
        self.format = format
        self.threshold = threshold
        isForJournal = forJournal
        self.now = now
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// The event's own metadata goes before the provider's, and that before the handler's.
    package func log(event: LogEvent) {
        var metadata = self.metadata
        metadata.merge(metadataProvider?.get() ?? [:]) { $1 }
        metadata.merge(event.metadata ?? [:]) { $1 }
        if let error = event.error { metadata["error"] = "\(error)" }
        let line = LogLine.line(
            format, level: event.level, message: event.message.description, metadata: metadata,
            timeNanoseconds: now(), forJournal: isForJournal)
        write(line + "\n")
    }
}

/// Where the log goes.
package enum StandardError {
    /// Whether stderr is the journal: whether `JOURNAL_STREAM`, which a service's children inherit
    /// too, names the very file that stderr is (systemd.exec(5)).
    /// - Parameter journalStream: the variable's value, device and inode as in `8:12345`.
    package static func isJournal(_ journalStream: String?) -> Bool {
        var status = stat()
        guard let journalStream, unsafe fstat(STDERR_FILENO, &status) == 0 else { return false }
        return journalStream == "\(status.st_dev):\(status.st_ino)"
    }

    /// Nanoseconds since 1970, UTC: for the time of a log line and nothing else.
    @Sendable package static func timeNanoseconds() -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Writes why the process cannot go on, for the journal with the priority of an error.
    package static func complain(_ text: String) {
        let journalStream = unsafe getenv("JOURNAL_STREAM").map { unsafe String(cString: $0) }
        let prefix = isJournal(journalStream) ? "<\(LogLine.priority(of: .error))>" : ""
        write(text.split(separator: "\n").map { "\(prefix)\($0)\n" }.joined())
    }

    /// Writes the text whole, or as much as the system takes: a log cannot log its own failure.
    @Sendable package static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var done = 0
            while done < bytes.count {
                let count = unsafe Glibc.write(
                    STDERR_FILENO, bytes.baseAddress?.advanced(by: done), bytes.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                done += count
            }
        }
    }
}
