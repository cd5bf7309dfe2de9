import Forecasting
import Logging
import Series
import Settings
import Store

/// The streams that the daemon goes on with, and what there is to say about them.
struct Restoration {
    /// Streams named in the log for each thing that happened to some.
    private static let named = 3

    private(set) var streams = 0
    /// The last forecast of each, as it was published.
    private(set) var forecasts: [(name: [UInt8], payload: [UInt8])] = []
    /// Streams of which a part starts anew, since the settings have changed.
    private(set) var partial = 0
    /// Streams that start anew: what was kept is whole and of no use. It is in `quarantine`.
    private(set) var refused: [[UInt8]] = []
    /// Those in memory, and when the state of each was taken.
    private var taken: [(time: Int64, stream: StreamIndex)] = []
    /// Streams that were left on the disk, the longest silent ones, since there is no more room.
    private(set) var left = 0
    private(set) var outcome = RestoreOutcome()
    private var recovery: Recovery?
    /// The first of those that are not whole, each with what is lost.
    private var notes: [String] = []
    private let start = SystemClock.monotonic()

    /// Fills an empty forecaster from the database, which is mended if it is damaged.
    /// - Parameter supervisor: is told how far it is, so that a long start gets its time.
    init(
        from folder: StateFolder, limits: Limits, into forecaster: inout Forecaster,
        supervisor: Supervisor
    ) throws(StoreError) {
        supervisor.isWorking(on: "Opening the state database")
        let now = SystemClock.realtime()
        var database = try StateDatabase(
            in: folder, newestFormat: Int(Forecaster.stateFormat), at: now)
        let oldest = try Self.oldest(of: limits.maxStreams, in: &database, at: now)
        var crew = DecodingCrew(forecaster.stateDecoder)
        outcome = try database.forEach(at: now) { summary, state in
            if SharedNetName.isOfNet(summary.name) {
                return insertNet(summary, state, into: &forecaster)
            }
            if summary.updatedAt < oldest {
                leave(summary.name, forecaster: &forecaster)
                return
            }
            supervisor.isWorking(on: "Restored \(streams) streams")
            let record = StreamRecord(summary: summary, state: [UInt8](copying: state))
            for decoded in crew.add(record) { insert(decoded, into: &forecaster) }
        }
        for decoded in crew.finish() { insert(decoded, into: &forecaster) }
        taken.sort { ($0.time, $0.stream.position) < ($1.time, $1.stream.position) }
        forecaster.orderIdle(taken.map(\.stream))
        for name in refused {
            outcome.setAside += try database.setAside(useless: name, at: now).setAside
        }
        recovery = database.recovery
    }

    /// When the oldest of the `limit` newest states was taken; the beginning of time when there are
    /// no more than these.
    private static func oldest(
        of limit: Int, in database: inout StateDatabase, at time: Int64
    ) throws(StoreError) -> Int64 {
        guard try database.count(at: time) > limit else { return .min }
        var times: [Int64] = []
        try database.forEachSummary(at: time) { summary in
            if !SharedNetName.isOfNet(summary.name) { times.append(summary.updatedAt) }
        }
        guard times.count > limit else { return .min }
        times.sort(by: >)
        return times[limit - 1]
    }

    private mutating func insert(
        _ decoded: DecodingCrew.Decoded, into forecaster: inout Forecaster
    ) {
        let summary = decoded.summary
        let text = String(decoding: summary.name, as: UTF8.self)
        do throws(StateError) {
            let restored = try forecaster.insert(decoded.stream.get())
            if case .partial(_, let lost) = restored {
                partial += 1
                note("\(text): \(lost.joined(separator: ", "))")
            }
            taken.append((summary.updatedAt, restored.stream))
            streams += 1
            if !summary.forecast.isEmpty { forecasts.append((summary.name, summary.forecast)) }
        } catch .tooManyStreams {
            leave(summary.name, forecaster: &forecaster)
        } catch {
            refused.append(summary.name)
            note("\(text): \(error)")
        }
    }

    /// A net that no rule has use for stays on the disk: the rule may come back.
    private mutating func insertNet(
        _ summary: StreamSummary, _ state: Span<UInt8>, into forecaster: inout Forecaster
    ) {
        guard let name = SharedNetName(row: summary.name) else { return }
        do throws(StateError) {
            // Bytes have no padding, so all of them are initialised.
            let bytes = unsafe state.bytes
            _ = try forecaster.restoreNet(
                pattern: name.pattern, partition: name.partition, from: bytes)
        } catch {
            refused.append(summary.name)
            let pattern = String(decoding: name.pattern, as: UTF8.self)
            note("the net of \(pattern), partition \(name.partition): \(error)")
        }
    }

    /// It comes back with its next sample.
    private mutating func leave(_ name: [UInt8], forecaster: inout Forecaster) {
        left += 1
        forecaster.noteStored(name.span)
    }

    private mutating func note(_ text: String) {
        if notes.count < Self.named { notes.append(text) }
    }

    /// One line that says what came of it, and one more for each thing that needs attention.
    func log(to logger: Logger, folder: String) {
        let seconds = Double(SystemClock.monotonic() - start) / 1e9
        var metadata: Logger.Metadata = [
            "streams": "\(streams)", "seconds": "\(seconds)", "folder": "\(folder)",
        ]
        let others = [
            ("partial", partial), ("refused", refused.count), ("newer", outcome.newer),
            ("set_aside", outcome.setAside), ("from_backup", outcome.fromBackup), ("left", left),
        ]
        for (key, count) in others where count > 0 { metadata[key] = "\(count)" }
        if !notes.isEmpty { metadata["first"] = "\(notes.joined(separator: "; "))" }
        let isWhole = others.dropLast().allSatisfy { $0.1 == 0 }
        logger.log(level: isWhole ? .notice : .warning, "Restored", metadata: metadata)
        if let recovery {
            logger.warning("The state database was made anew", metadata: recovery.metadata)
        }
    }
}
