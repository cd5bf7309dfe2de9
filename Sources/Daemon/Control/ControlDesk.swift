import Forecasting
import Logging
import Settings
import Store
import Telemetry
import Transport
import Wire

/// Answers the requests of `foretide ctl` and its like, between two turns of the engine, and takes
/// over new settings.
///
/// What takes longer than the engine may be away goes to a thread of its own (`ControlWorker`) or
/// is done a slice a turn; the answer follows when it is done.
struct ControlDesk: ~Copyable {
    /// The share of a turn that requests get, and the most of them.
    private static let sliceNanoseconds: Int64 = 2_000_000
    private static let requestsPerTurn = 64

    /// What an answer waits for.
    enum Waiting {
        /// Work of the other thread that ends in a reply.
        case reply(ControlSocket.Ticket)
        case imported(ControlSocket.Ticket, ImportOptions)
        case settings
    }

    let facts: ControlFacts
    let logger: Logger
    let metrics: Metrics
    private let control: EngineControl
    private let worker: ControlWorker
    /// None where `control.bind` is empty.
    private var socket: ControlSocket?
    private var waiting: [UInt64: Waiting] = [:]
    private var lastJob: UInt64 = 0
    /// Those who asked for the status; it is told when the metrics are as of now.
    private var statusRequests: [ControlSocket.Ticket] = []
    /// Those who asked for a checkpoint, and the number of the one that they wait for.
    private var checkpointRequests: [(ticket: ControlSocket.Ticket, number: Int)] = []
    /// Those who had a stream forgotten, and the number of the request to the disk.
    private var forgetRequests: [(ticket: ControlSocket.Ticket, name: [UInt8], number: Int)] = []
    var reloading: Reloading
    /// The settings in use.
    var settings: Settings

    /// Binds the control socket, if there is to be one.
    init(
        _ settings: Settings, facts: ControlFacts, in context: Context, control: EngineControl,
        logger: Logger, metrics: Metrics
    ) throws {
        let socket = try ControlAddress.bind(
            settings.control, automatic: facts.automaticAddress, in: context, logger: logger)
        self.settings = settings
        self.facts = facts
        self.control = control
        self.logger = logger
        self.metrics = metrics
        endpoint = socket?.boundEndpoint()
        self.socket = socket
        worker = ControlWorker(control)
        reloading = Reloading()
        metrics.set(.reloadSuccessful, to: 1)
        metrics.set(
            .reloadLastSuccess, to: UInt64(clamping: SystemClock.realtime() / 1_000_000_000))
    }

    deinit { worker.stop() }

    /// Where it is bound, nil for nowhere.
    let endpoint: Endpoint?

    /// Has the poller wake the engine for requests.
    func join(_ poller: inout Poller) {
        socket?.join(&poller)
    }

    /// Whether the metrics are to be brought up to date before the next turn.
    var wantsMetrics: Bool { !statusRequests.isEmpty }

    /// A slice of the work. True when there is more to do at once.
    mutating func turn(
        _ forecaster: inout Forecaster, _ outbox: inout Outbox,
        _ checkpoints: inout Checkpoints?, _ admission: inout Admission
    ) throws(ZeroMQError) -> Bool {
        let deadline = SystemClock.monotonic() + Self.sliceNanoseconds
        for finished in worker.takeFinished() {
            try take(finished, &forecaster, &outbox, &checkpoints, &admission)
        }
        if control.takeReloadRequest() { try beginReload(for: nil) }
        try goOnReloading(&forecaster, until: deadline)
        try answerCheckpoints(checkpoints)
        try answerForgotten(checkpoints)
        if wantsMetrics {
            let reply = ControlReply(status(forecaster, checkpoints))
            for ticket in statusRequests { try answer(ticket, reply) }
            statusRequests.removeAll()
        }
        var count = 0
        while count < Self.requestsPerTurn, SystemClock.monotonic() < deadline {
            guard try receive(&forecaster, &outbox, &checkpoints) else {
                return isAdapting || wantsMetrics
            }
            count += 1
        }
        return socket != nil || isAdapting
    }

    /// Takes one request. False when none waits.
    private mutating func receive(
        _ forecaster: inout Forecaster, _ outbox: inout Outbox, _ checkpoints: inout Checkpoints?
    ) throws(ZeroMQError) -> Bool {
        guard socket != nil else { return false }
        switch try socket!.receive() {
        case .none: return false
        case .discarded: break
        case .malformed(let ticket):
            try answer(ticket, ControlReply(ControlError(.malformed, "too many frames")))
        case .request(let ticket, let payload, let attachment):
            let reply: ControlReply?
            do throws(ControlError) {
                let request = try ControlRequest(payload, attachment: attachment)
                reply = try carryOut(request, for: ticket, &forecaster, &outbox, &checkpoints)
            } catch {
                reply = ControlReply(error)
            }
            if let reply { try answer(ticket, reply) }
        }
        return true
    }

    func answer(
        _ ticket: ControlSocket.Ticket, _ reply: ControlReply
    ) throws(ZeroMQError) {
        if socket != nil { try socket!.send(reply, to: ticket) }
    }

    /// The reply, nil when it follows later.
    private mutating func carryOut(
        _ request: ControlRequest, for ticket: ControlSocket.Ticket,
        _ forecaster: inout Forecaster, _ outbox: inout Outbox, _ checkpoints: inout Checkpoints?
    ) throws(ControlError) -> ControlReply? {
        switch request {
        case .status:
            statusRequests.append(ticket)
        case .checkpoint:
            guard let number = checkpoints?.request() else { throw Self.noState }
            checkpointRequests.append((ticket, number))
        case .reload:
            guard facts.reload != nil else {
                throw ControlError(.configuration, "this daemon has no settings to read anew")
            }
            do { try beginReload(for: ticket) } catch { throw Self.failed(error) }
        case .stop:
            logger.notice("Asked to stop through the control socket")
            control.requestStop()
            return ControlReply(["stopping": true])
        case .list(let listing):
            return try list(listing, for: ticket, forecaster)
        case .forecast(let name, let horizon):
            if let horizon {
                return try lookAhead(name, horizon, for: ticket, &forecaster, &checkpoints)
            }
            return try query(name, for: ticket, forecaster, &checkpoints) {
                stream throws(ControlError) in
                ControlReply(try StreamDescription.forecast(of: stream))
            }
        case .show(let name):
            return try query(name, for: ticket, forecaster, &checkpoints) {
                ControlReply(StreamDescription.whole($0))
            }
        case .export(let name): try export(name, for: ticket, forecaster, &checkpoints)
        case .reset(let name): return try reset(name, &forecaster, &outbox, &checkpoints)
        case .forget(let name):
            let number = try forget(name, &forecaster, &outbox, &checkpoints)
            guard let number else { return Self.forgotten(name) }
            forgetRequests.append((ticket, name, number))
        case .import(let options, let file): try beginImport(options, file, for: ticket)
        }
        return nil
    }

    static let noState = ControlError(
        .noState, "this daemon keeps nothing on the disk: state.directory is empty")

    private static func failed(_ error: ZeroMQError) -> ControlError {
        ControlError(.busy, "\(error)")
    }
}

// MARK: What takes its time

extension ControlDesk {
    /// Gives a piece of work to the other thread.
    mutating func start(
        _ waiting: Waiting, _ work: @escaping @Sendable () -> ControlWorker.Outcome
    ) throws(ControlError) {
        guard self.waiting.count < ControlWorker.capacity, worker.submit(lastJob + 1, work) else {
            throw ControlError(.busy, "too many requests at once: try again in a moment")
        }
        lastJob += 1
        self.waiting[lastJob] = waiting
    }

    private mutating func take(
        _ finished: ControlWorker.Finished, _ forecaster: inout Forecaster,
        _ outbox: inout Outbox, _ checkpoints: inout Checkpoints?, _ admission: inout Admission
    ) throws(ZeroMQError) {
        switch (waiting.removeValue(forKey: finished.number), finished.outcome) {
        case (.reply(let ticket), .reply(let reply)): try answer(ticket, reply)
        case (.imported(let ticket, let options), .stream(let result)):
            let reply: ControlReply
            do throws(ControlError) {
                reply = try add(
                    try result.get(), options, &forecaster, &outbox, &checkpoints)
            } catch {
                reply = ControlReply(error)
            }
            try answer(ticket, reply)
        case (.settings, .settings(let result)):
            try takeOver(result, &forecaster, &outbox, &checkpoints, &admission)
        default: preconditionFailure("work that nobody waits for")
        }
    }

    private mutating func answerCheckpoints(
        _ checkpoints: borrowing Checkpoints?
    ) throws(ZeroMQError) {
        guard !checkpointRequests.isEmpty, let newest = checkpoints?.progress().newest else {
            return
        }
        for request in checkpointRequests where request.number <= newest.number {
            try answer(request.ticket, Self.reply(newest))
        }
        checkpointRequests.removeAll { $0.number <= newest.number }
    }

    private mutating func answerForgotten(
        _ checkpoints: borrowing Checkpoints?
    ) throws(ZeroMQError) {
        guard !forgetRequests.isEmpty, let newest = checkpoints?.forgotten() else { return }
        for request in forgetRequests where request.number <= newest.number {
            try answer(
                request.ticket,
                newest.failure.map {
                    ControlReply(
                        ControlError(.stateFailed, "the stream is still on the disk: \($0)"))
                } ?? Self.forgotten(request.name))
        }
        forgetRequests.removeAll { $0.number <= newest.number }
    }

    private static func reply(_ checkpoint: Checkpoints.Finished) -> ControlReply {
        if let failure = checkpoint.failure {
            return ControlReply(
                ControlError(
                    .stateFailed,
                    "a part of the state is not on the disk; it is tried again: \(failure)"))
        }
        return ControlReply([
            "streams": .integer(Int64(checkpoint.streams)),
            "bytes": .integer(Int64(checkpoint.bytes)),
            "seconds": .number(checkpoint.seconds),
        ])
    }
}
