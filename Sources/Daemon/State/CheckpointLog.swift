import Logging
import Store
import Telemetry

/// What checkpoints have to say. The same trouble is told at most once a minute.
struct CheckpointLog {
    private let logger: Logger
    private var repeats = RepeatGate()
    private var isFailing = false

    init(_ logger: Logger) { self.logger = logger }

    mutating func failed(_ what: Logger.Message, _ error: StoreError) {
        isFailing = true
        tell("\(what): forecasts go on, and it is tried again", ["why": "\(error)"], as: "\(what)")
    }

    /// A round has come to its end.
    mutating func finished(_ round: CheckpointRound, seconds: Double) {
        if round.hasFailed { return }
        let metadata: Logger.Metadata = [
            "streams": "\(round.streamsWritten)", "bytes": "\(round.bytesWritten)",
            "seconds": "\(seconds)", "began": "\(round.startTime)",
        ]
        if isFailing {
            isFailing = false
            repeats = RepeatGate()
            logger.notice("Checkpoints work again", metadata: metadata)
        } else {
            logger.debug("Wrote a checkpoint", metadata: metadata)
        }
    }

    mutating func done(_ done: StateWriter.Done) {
        switch done {
        case .wrote(let outcome) where !outcome.refused.isEmpty:
            let name = String(decoding: outcome.refused[0], as: UTF8.self)
            tell(
                "Not written: a newer foretide's state of these streams is left as it is",
                ["streams": "\(outcome.refused.count)", "first": "\(name)"], as: "refused")
        case .deleted(let streams) where streams > 0:
            logger.notice(
                "Deleted streams older than state.retention", metadata: ["streams": "\(streams)"])
        case .backedUp(let bytes):
            logger.debug("Made a backup of the state", metadata: ["bytes": "\(bytes)"])
        default: break
        }
    }

    mutating func notFound(_ error: StoreError) {
        tell(
            "Streams that have left memory cannot come back: their samples are refused",
            ["why": "\(error)"], as: "not found")
    }

    /// The file was damaged or taken away.
    func recovered(_ recovery: Recovery) {
        logger.warning("The state database was made anew", metadata: recovery.metadata)
    }

    /// The interval became longer than was asked for, or as long again.
    func stretched(_ budget: WriteBudget) {
        let seconds = Double(budget.presentIntervalNanoseconds) / 1e9
        logger.notice(
            budget.isStretched
                ? "Checkpoints are further apart: the disk gets as much as it should"
                : "Checkpoints come as often as was asked for again",
            metadata: ["interval_seconds": "\(seconds)"])
    }

    func unsaved() {
        logger.error("Stopped before all was written: something learned since then is lost")
    }

    private mutating func tell(
        _ message: Logger.Message, _ metadata: Logger.Metadata, as event: String
    ) {
        guard let more = repeats.admit(event, at: SystemClock.monotonic()) else { return }
        var metadata = metadata
        metadata["more"] = "\(more)"
        logger.warning(message, metadata: metadata)
    }
}

extension Recovery {
    var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = [
            "why": "\(reason)", "kept": "\(kept)", "from_backup": "\(fromBackup)",
        ]
        if let movedTo { metadata["moved_to"] = "\(movedTo)" }
        return metadata
    }
}
