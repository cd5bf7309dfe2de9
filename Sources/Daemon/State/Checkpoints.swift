import Forecasting
import Logging
import Settings
import Store
import Telemetry
import Transport

/// Keeps on the disk what the forecaster learns: every interval the streams that changed are
/// copied, a slice a turn of the engine, and written by a thread of its own.
///
/// A failure costs nothing but time: the streams concerned are part of the next checkpoint.
struct Checkpoints: ~Copyable {
    /// The share of a turn that copying gets: samples that come meanwhile wait for it.
    private static let sliceNanoseconds: Int64 = 250_000
    /// How long copying may wait for the end of a message.
    private static let longestWaitNanoseconds: Int64 = 20_000_000
    /// Orders that wait for the disk; copying goes on when there are fewer.
    private static let ordersAtOnce = 2
    /// How long a last checkpoint may go on without anything getting written.
    private static let patienceNanoseconds: Int64 = 30_000_000_000
    /// How often a last checkpoint is tried, and the time in between.
    private static let lastAttempts = 3
    private static let pause = Duration.milliseconds(100)
    /// The longest time between two rounds of deleting what is too old.
    private static let upkeepNanoseconds: Int64 = 3600 * 1_000_000_000

    private let thread: StateThread
    let metrics: Metrics
    var log: CheckpointLog
    private var budget: WriteBudget
    /// Zero: nothing is too old.
    private var retentionNanoseconds: Int64
    private var upkeepIntervalNanoseconds: Int64
    var round: CheckpointRound?
    private var nextRound: Int64
    private var nextUpkeep: Int64
    private var lastTurn: Int64
    /// Orders not yet reported, with what they are to write.
    private(set) var orders: [UInt64: [StreamRecord]] = [:]
    private(set) var lastOrder: UInt64 = 0
    // Streams that are not in memory (Checkpoints+Absent.swift).
    var departures = Departures()
    var lookup: StoredLookup
    /// The order that sets a damaged state aside.
    var setAsideOrder: UInt64?
    /// Streams to delete from the disk (Checkpoints+Forget.swift).
    var forgetting = Forgetting()
    /// A checkpoint was asked for, and the present one began too early to be it.
    private var isRequested = false
    private var roundsBegun = 0
    /// The newest checkpoint that has come to its end.
    private var newest: Finished?

    /// What a checkpoint came to.
    struct Finished {
        /// Counted from 1.
        let number: Int
        let streams: Int
        let bytes: Int
        let seconds: Double
        /// Why not everything is on the disk; nil when it is.
        let failure: StoreError?
    }

    init(
        _ settings: Settings.State, in folder: StateFolder, control: EngineControl,
        logger: Logger, metrics: Metrics
    ) {
        let now = SystemClock.monotonic()
        let interval = settings.checkpointInterval.nanoseconds
        thread = StateThread(
            folder: folder, newestFormat: Int(Forecaster.stateFormat), control: control)
        lookup = StoredLookup(folder: folder.path)
        self.metrics = metrics
        log = CheckpointLog(logger)
        budget = WriteBudget(intervalNanoseconds: interval)
        retentionNanoseconds = settings.retention.nanoseconds
        upkeepIntervalNanoseconds = Self.upkeepInterval(interval, retentionNanoseconds)
        nextRound = now + interval
        nextUpkeep = now + upkeepIntervalNanoseconds
        lastTurn = now
    }

    deinit { thread.stop() }

    /// How long the engine may sleep. Reports of the other thread wake it.
    func delay(at now: Int64) -> Duration {
        if round != nil { return .seconds(1) }
        if isRequested { return departures.order == nil ? .zero : .seconds(1) }
        let departure = departures.delayNanoseconds(at: now) ?? .max
        return .nanoseconds(min(departure, max(0, nextRound - now)))
    }

    /// Asks for a checkpoint of all that has changed up to now, as soon as it can begin. Returns
    /// its number.
    mutating func request() -> Int {
        isRequested = true
        return roundsBegun + 1
    }

    /// Takes over another interval and retention.
    mutating func change(_ settings: Settings.State, at now: Int64) {
        let interval = settings.checkpointInterval.nanoseconds
        if interval != budget.intervalNanoseconds {
            budget = WriteBudget(intervalNanoseconds: interval)
            nextRound = min(nextRound, now + interval)
        }
        retentionNanoseconds = settings.retention.nanoseconds
        upkeepIntervalNanoseconds = Self.upkeepInterval(interval, retentionNanoseconds)
        nextUpkeep = min(nextUpkeep, now + upkeepIntervalNanoseconds)
    }

    /// What there is to tell about checkpoints.
    struct Progress {
        /// Between the beginnings of two at present.
        let intervalNanoseconds: Int64
        /// The newest that has come to its end.
        let newest: Finished?
    }

    func progress() -> Progress {
        Progress(intervalNanoseconds: budget.presentIntervalNanoseconds, newest: newest)
    }

    private static func upkeepInterval(_ interval: Int64, _ retention: Int64) -> Int64 {
        max(interval, min(retention > 0 ? retention / 10 : .max, upkeepNanoseconds))
    }

    /// A slice of the work, between two messages. True when there is more to do at once.
    mutating func turn(
        _ forecaster: inout Forecaster, _ outbox: borrowing Outbox, at now: Int64
    ) -> Bool {
        lastTurn = now
        _ = takeReports(&forecaster)
        writeForgotten()
        writeDepartures(at: now)
        // Pauses are for as long as they do not make the next round late.
        let late = (round?.start ?? now) + budget.intervalNanoseconds / 2
        thread.hurry(now > late)
        if round == nil {
            // Before the next round: without samples there is a turn only when one is due.
            if now >= nextUpkeep, areOrdersDone { beginUpkeep(at: now) }
            if now >= nextRound || isRequested && departures.order == nil {
                begin(forecaster, at: now)
            }
        }
        copy(&forecaster, outbox, until: now + Self.sliceNanoseconds)
        return isCopying && orders.count < Self.ordersAtOnce
    }

    /// Whether large messages have kept the copying waiting: then a turn is to end after the next.
    ///
    /// Mutating, though nothing is changed: it is asked after each message, and would be copied.
    mutating func isOverdue(at now: Int64) -> Bool {
        now - lastTurn > Self.longestWaitNanoseconds && (isCopying || now >= nextRound)
    }

    /// Whether streams wait to be copied.
    var isCopying: Bool { !(round?.isHandedOver ?? true) }

    /// A last checkpoint. True when everything is on the disk.
    mutating func finish(
        _ forecaster: inout Forecaster, _ outbox: borrowing Outbox, control: EngineControl,
        supervisor: Supervisor
    ) throws(ZeroMQError) -> Bool {
        var poller = Poller()
        _ = poller.add(descriptor: control.wakeup.descriptor)
        thread.hurry(true)
        var deadline = SystemClock.monotonic() + Self.patienceNanoseconds
        var attempts = 0
        while SystemClock.monotonic() < deadline {
            supervisor.isWorking(on: "Saving the state")
            control.wakeup.clear()
            if takeReports(&forecaster) {
                deadline = SystemClock.monotonic() + Self.patienceNanoseconds
            }
            writeForgotten()
            if round == nil, departures.order == nil, forgetting.isEmpty {
                let isSaved = attempts > 0 && isSaved(forecaster)
                if isSaved || attempts == Self.lastAttempts { break }
                if attempts > 0 { _ = try poller.wait(timeout: Self.pause) }
                attempts += 1
                begin(forecaster, at: SystemClock.monotonic())
                writeDepartures(at: .max)
            }
            copy(&forecaster, outbox, until: deadline)
            let mustWait = !isCopying || orders.count >= Self.ordersAtOnce
            let isUnderWay =
                round != nil || departures.order != nil || !forgetting.isEmpty
            if mustWait, isUnderWay { _ = try poller.wait(timeout: Self.pause) }
        }
        thread.stop()
        while !thread.isFinished, SystemClock.monotonic() < deadline {
            supervisor.isWorking(on: "Closing the state database")
            control.wakeup.clear()
            _ = try poller.wait(timeout: Self.pause)
        }
        let isSaved = round == nil && isSaved(forecaster)
        if !isSaved { log.unsaved() }
        return isSaved
    }
}

// MARK: A round

extension Checkpoints {
    private mutating func begin(_ forecaster: borrowing Forecaster, at now: Int64) {
        nextRound = now + budget.presentIntervalNanoseconds
        // Who asks for a checkpoint means what has left memory too.
        if isRequested { writeDepartures(at: .max) }
        isRequested = false
        roundsBegun += 1
        let round = CheckpointRound(of: forecaster, start: now)
        if round.isHandedOver, departures.order == nil {
            noteSuccess()
            newest = Finished(number: roundsBegun, streams: 0, bytes: 0, seconds: 0, failure: nil)
        } else {
            self.round = round
        }
    }

    private func isSaved(_ forecaster: borrowing Forecaster) -> Bool {
        forecaster.changedStreams.isEmpty && !forecaster.hasChangedNets && departures.isEmpty
    }

    /// Whether all orders have been reported but the one for streams that left, which may always
    /// be under way.
    private var areOrdersDone: Bool { orders.keys.allSatisfy { $0 == departures.order } }

    /// Goes on with the round, and ends it when all has been reported.
    private mutating func copy(
        _ forecaster: inout Forecaster, _ outbox: borrowing Outbox, until deadline: Int64
    ) {
        while orders.count < Self.ordersAtOnce, !forgetting.isWaiting,
            let order = round?.copy(from: &forecaster, outbox, until: deadline)
        {
            hand(over: .write(order.records), order.records)
            if SystemClock.monotonic() >= deadline { break }
        }
        // Also when all that was left has been dropped (`CheckpointRound.drop`).
        if let round, round.isHandedOver, areOrdersDone {
            self.round = nil
            finish(round)
        }
    }

    /// The mailbox has more room than there are orders at once, and is open until `finish`.
    mutating func hand(
        over order: StateWriter.Order, _ records: [StreamRecord] = []
    ) {
        lastOrder += 1
        orders[lastOrder] = records
        let isTaken = thread.submit(order, number: lastOrder)
        precondition(isTaken, "the mailbox of the state's thread is full")
    }

    private mutating func beginUpkeep(at now: Int64) {
        nextUpkeep = now + upkeepIntervalNanoseconds
        if retentionNanoseconds > 0 {
            hand(over: .deleteOlder(than: SystemClock.realtime() - retentionNanoseconds))
        }
        hand(over: .backUp)
    }

    /// True when there were any.
    private mutating func takeReports(_ forecaster: inout Forecaster) -> Bool {
        let reports = thread.takeReports()
        for report in reports { take(report, &forecaster) }
        return !reports.isEmpty
    }

    private mutating func take(
        _ report: StateWriter.Report, _ forecaster: inout Forecaster
    ) {
        let records = orders.removeValue(forKey: report.number) ?? []
        let isOfRound =
            !takeOfForgotten(report, &forecaster) && takeOfAbsent(report)
        round?.bytesWritten += report.bytes
        if let recovery = report.recovery {
            // Rows may have gone back to older ones.
            forecaster.noteChanges()
            lookup.reopen()
            log.recovered(recovery)
        }
        if let error = report.logFailure { log.failed("The log was not emptied", error) }
        switch report.result {
        case .success(let done):
            log.done(done)
            if isOfRound, case .wrote(let outcome) = done {
                let nets = records.count { SharedNetName.isOfNet($0.summary.name) }
                round?.streamsWritten += max(0, outcome.written - nets)
            }
        case .failure(let error):
            for record in records {
                if let stream = forecaster.index(of: record.summary.name.span) {
                    forecaster.noteChange(of: stream)
                } else if let net = SharedNetName(row: record.summary.name)?.net(in: forecaster) {
                    forecaster.noteChange(of: net, true)
                }
            }
            if !records.isEmpty { round?.failure = error }
            log.failed(records.isEmpty ? "State upkeep failed" : "A checkpoint failed", error)
        }
        if isOfRound {
            round?.reuse(records)
        } else if case .success = report.result {
            departures.reuse(records)
        }
    }

    private mutating func finish(_ round: CheckpointRound) {
        let duration = SystemClock.monotonic() - round.start
        if round.hasFailed {
            metrics.add(to: .checkpointFailures)
        } else {
            metrics.add(to: .checkpoints)
            metrics.checkpointDuration.record(nanoseconds: duration)
            noteSuccess()
        }
        if budget.finishRound(bytes: round.bytesWritten) { log.stretched(budget) }
        nextRound = round.start + budget.delayNanoseconds(afterRoundOf: duration)
        log.finished(round, seconds: Double(duration) / 1e9)
        newest = Finished(
            number: roundsBegun, streams: round.streamsWritten, bytes: round.bytesWritten,
            seconds: Double(duration) / 1e9, failure: round.failure)
    }

    private func noteSuccess() {
        let seconds = SystemClock.realtime() / 1_000_000_000
        metrics.set(.checkpointLastSuccess, to: UInt64(clamping: seconds))
    }
}
