import Forecasting
import Logging
import Settings
import Telemetry
import Transport
import Wire

/// Where a reload has come to. There is one at a time; who asks meanwhile gets the next one.
struct Reloading {
    enum Stage {
        case idle
        /// The other thread reads the settings.
        case loading
        /// Streams take over their rules, a slice a turn. Their forecasts are under the new ones
        /// already.
        case adapting(LoadedSettings)
    }

    var stage = Stage.idle
    /// Who waits for the present one, and for the next one.
    var tickets: [ControlSocket.Ticket] = []
    var nextTickets: [ControlSocket.Ticket] = []
    var isNextWanted = false
    /// What it made of the list of those who may connect.
    var keys = (added: 0, removed: 0)
    /// When the settings in use were read, nanoseconds since 1970 UTC.
    var lastSuccess = SystemClock.realtime()
    /// The mistakes of the newest reload, none when it succeeded.
    var faults: [String] = []
}

extension ControlDesk {
    var isAdapting: Bool { if case .adapting = reloading.stage { true } else { false } }

    /// Reads the settings anew, for a request or for a signal.
    mutating func beginReload(for ticket: ControlSocket.Ticket?) throws(ZeroMQError) {
        guard let reload = facts.reload else { return }
        guard case .idle = reloading.stage else {
            reloading.isNextWanted = true
            if let ticket { reloading.nextTickets.append(ticket) }
            return
        }
        if let ticket { reloading.tickets.append(ticket) }
        let settings = settings
        do throws(ControlError) {
            try start(.settings) {
                .settings(
                    Result { () throws(DaemonError) in
                        try LoadedSettings(reload, inUse: settings)
                    })
            }
            reloading.stage = .loading
        } catch {
            try answerReload(ControlReply(error))
        }
    }

    /// The other thread has read the settings.
    mutating func takeOver(
        _ result: Result<LoadedSettings, DaemonError>, _ forecaster: inout Forecaster,
        _ outbox: inout Outbox, _ checkpoints: inout Checkpoints?, _ admission: inout Admission
    ) throws(ZeroMQError) {
        switch result {
        case .failure(let error): try refuse(error)
        case .success(let loaded):
            let (old, new) = (settings, loaded.settings)
            let isWarm = loaded.rules.contains { $0.warmStart != nil }
            if old.modelRules != new.modelRules || old.limits != new.limits || isWarm {
                forecaster.change(rules: loaded.rules, limits: new.limits)
                outbox.change(new.limits)
            }
            if old.state != new.state {
                checkpoints?.change(new.state, at: SystemClock.monotonic())
            }
            reloading.keys = try admission.admit(loaded.authorized ?? [])
            facts.reload?.threshold.level = new.log.loggerLevel
            settings = new
            reloading.stage = .adapting(loaded)
        }
    }

    /// The old settings stay.
    private mutating func refuse(_ error: DaemonError) throws(ZeroMQError) {
        reloading.faults = error.lines
        metrics.set(.reloadSuccessful, to: 0)
        for line in error.lines {
            logger.error("The new settings are refused", metadata: ["why": "\(line)"])
        }
        let count = error.lines.count
        let what = count == 1 ? error.lines[0] : "\(count) mistakes"
        try answerReload(
            ControlReply(
                ControlError(
                    .configuration, "the old settings stay: \(what)", details: error.lines)))
    }

    /// A slice of the streams takes over the rules.
    mutating func goOnReloading(
        _ forecaster: inout Forecaster, until deadline: Int64
    ) throws(ZeroMQError) {
        guard case .adapting(let loaded) = reloading.stage else { return }
        // A large net takes a while: look at the clock after each stream.
        while !forecaster.adaptNext(1) {
            if SystemClock.monotonic() >= deadline { return }
        }
        reloading.faults = []
        reloading.lastSuccess = SystemClock.realtime()
        metrics.set(.reloadSuccessful, to: 1)
        metrics.set(
            .reloadLastSuccess, to: UInt64(clamping: reloading.lastSuccess / 1_000_000_000))
        let report = ReloadReport(loaded, forecaster, keys: reloading.keys)
        logger.notice("Took over new settings", metadata: report.metadata)
        if !report.needingRestart.isEmpty {
            logger.warning(
                "Settings that need a restart stay as they were",
                metadata: ["keys": "\(report.needingRestart.joined(separator: " "))"])
        }
        try answerReload(ControlReply(report.json))
    }

    /// The reload has come to its end, and the next one begins if somebody asked for it meanwhile.
    private mutating func answerReload(_ reply: ControlReply) throws(ZeroMQError) {
        for ticket in reloading.tickets { try answer(ticket, reply) }
        reloading.tickets = reloading.nextTickets
        reloading.nextTickets = []
        reloading.stage = .idle
        guard reloading.isNextWanted else { return }
        reloading.isNextWanted = false
        try beginReload(for: nil)
    }
}

/// What a reload came to.
private struct ReloadReport {
    let loaded: LoadedSettings
    let unaffected: Int
    let adaptation: Adaptation
    let keys: (added: Int, removed: Int)

    init(
        _ loaded: LoadedSettings, _ forecaster: borrowing Forecaster,
        keys: (added: Int, removed: Int)
    ) {
        self.loaded = loaded
        self.keys = keys
        let touchesStreams = loaded.changes.contains { change in
            change.isReloadable
                && ["model.", "limits.", "streams"].contains(where: change.key.hasPrefix)
        }
        // Without such a change nothing was set going, and the numbers are those of a former one.
        adaptation = touchesStreams ? forecaster.newestAdaptation : Adaptation()
        unaffected = forecaster.streamCount - adaptation.adapted
    }

    var needingRestart: [String] { loaded.changes.filter { !$0.isReloadable }.map(\.key) }

    private var lost: [(part: String, streams: Int)] {
        adaptation.lost.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    var json: JSONValue {
        func list(_ isReloadable: Bool) -> JSONValue {
            .array(
                loaded.changes.filter { $0.isReloadable == isReloadable }.map {
                    ["key": .string($0.key), "old": .string($0.old), "new": .string($0.new)]
                })
        }
        return [
            "changed": list(true), "needs_restart": list(false),
            "streams": [
                "unaffected": .integer(Int64(unaffected)),
                "adapted": .integer(Int64(adaptation.adapted)),
                "lost": .object(lost.map { .init($0.part, .integer(Int64($0.streams))) }),
            ],
            "authorized_keys": [
                "added": .integer(Int64(keys.added)), "removed": .integer(Int64(keys.removed)),
            ],
        ]
    }

    var metadata: Logger.Metadata {
        let changed = loaded.changes.filter(\.isReloadable).map(\.key)
        var metadata: Logger.Metadata = [
            "changed": "\(changed.isEmpty ? "nothing" : changed.joined(separator: " "))",
            "streams_adapted": "\(adaptation.adapted)", "streams_unaffected": "\(unaffected)",
        ]
        if keys != (0, 0) {
            metadata["keys_added"] = "\(keys.added)"
            metadata["keys_removed"] = "\(keys.removed)"
        }
        for (part, streams) in lost { metadata["lost.\(part)"] = "\(streams)" }
        return metadata
    }
}

extension Settings.Log {
    /// For the logger.
    var loggerLevel: Logger.Level { Logger.Level(rawValue: level.rawValue) ?? .info }
}
