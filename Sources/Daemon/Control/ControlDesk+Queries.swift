import Forecasting
import Glibc
import Series
import Settings
import Store
import Telemetry
import Wire

extension ControlDesk {
    /// The answer to `status`.
    func status(
        _ forecaster: borrowing Forecaster, _ checkpoints: borrowing Checkpoints?
    ) -> JSONValue {
        [
            "version": .string(Program.version), "pid": .integer(Int64(getpid())),
            "run": .string(facts.run),
            "uptime_seconds": .number(
                Double((SystemClock.monotonic() - facts.start) / 1_000_000) / 1e3),
            "streams": .integer(Int64(forecaster.streamCount)),
            "max_streams": .integer(Int64(settings.limits.maxStreams)),
            "memory_model_bytes": .integer(Int64(forecaster.memoryBytes)),
            "max_memory_bytes": .integer(Int64(settings.limits.memoryBytes)),
            "latency_seconds": latency, "state": state(checkpoints), "settings": configuration,
            "counters": counters,
        ]
    }

    private var latency: JSONValue {
        func time(_ share: Double) -> JSONValue {
            .number(metrics.forecastLatency.percentile(share).map { Double($0) / 1e9 })
        }
        return ["p50": time(0.5), "p99": time(0.99), "max": time(1)]
    }

    private func state(_ checkpoints: borrowing Checkpoints?) -> JSONValue {
        guard let progress = checkpoints?.progress() else { return nil }
        let last = metrics.value(of: .checkpointLastSuccess)
        return [
            "directory": .string(settings.state.directory),
            "checkpoint_interval_seconds": .number(Double(progress.intervalNanoseconds) / 1e9),
            "last_checkpoint": last > 0 ? .integer(Int64(clamping: last)) : nil,
            "failure": progress.newest?.failure.map { .string("\($0)") } ?? nil,
        ]
    }

    private var configuration: JSONValue {
        [
            "file": facts.reload?.path.map { .string($0) } ?? nil,
            "last_reload_successful": .boolean(reloading.faults.isEmpty),
            "last_reload_success": .integer(reloading.lastSuccess / 1_000_000_000),
            "faults": .array(reloading.faults.map { .string($0) }),
        ]
    }

    /// Every counter by its name without the prefix; divided ones as objects.
    private var counters: JSONValue {
        var members: [JSONValue.Member] = []
        for metric in Metric.allCases where metric.row.kind == .counter {
            let values = metrics.values(of: metric).map {
                JSONValue.Member($0.label, .integer(Int64(clamping: $0.value)))
            }
            let isDivided = metric.row.label != nil
            members.append(.init(metric.row.name, isDivided ? .object(values) : values[0].value))
        }
        return .object(members)
    }

    /// A page of the streams; nil when it comes from the disk, and so later.
    mutating func list(
        _ listing: StreamListing, for ticket: ControlSocket.Ticket,
        _ forecaster: borrowing Forecaster
    ) throws(ControlError) -> ControlReply? {
        guard listing.source == .memory else {
            let folder = try stateFolder
            let channelLimit = settings.limits.valuesPerSample
            try start(.reply(ticket)) {
                .reply(StoredStreams(folder: folder, channelLimit: channelLimit).page(listing))
            }
            return nil
        }
        var first = 0
        if let after = listing.after {
            guard let position = Int(after), position >= 0 else {
                throw ControlError(
                    .badArgument, "expected for \"after\" what \"next\" of the page before was")
            }
            first = position
        }
        let (page, next) = forecaster.page(from: first, limit: listing.limit)
        var lines: [JSONValue] = []
        for index in page { lines.append(StreamDescription.line(forecaster.stream(index))) }
        return ControlReply([
            "streams": .array(lines), "count": .integer(Int64(forecaster.streamCount)),
            "next": next.map { .string("\($0)") } ?? nil,
        ])
    }

    /// Answers about one stream: at once from memory, later when it is only on the disk.
    mutating func query(
        _ name: [UInt8], for ticket: ControlSocket.Ticket, _ forecaster: borrowing Forecaster,
        _ checkpoints: inout Checkpoints?,
        _ reply: @escaping @Sendable (Forecasting.Stream) throws(ControlError) -> ControlReply
    ) throws(ControlError) -> ControlReply? {
        if let index = forecaster.index(of: name.span) {
            return try reply(forecaster.stream(index))
        }
        let record = try absent(name, &checkpoints)
        let channelLimit = settings.limits.valuesPerSample
        try start(.reply(ticket)) {
            do throws(ControlError) {
                return .reply(
                    try reply(try StoredStreams.decode(record, channelLimit: channelLimit)))
            } catch {
                return .reply(ControlReply(error))
            }
        }
        return nil
    }

    /// The forecasts of so many values ahead.
    mutating func lookAhead(
        _ name: [UInt8], _ horizon: Int, for ticket: ControlSocket.Ticket,
        _ forecaster: inout Forecaster, _ checkpoints: inout Checkpoints?
    ) throws(ControlError) -> ControlReply? {
        if let index = forecaster.index(of: name.span) {
            return ControlReply(
                try StreamDescription.text(
                    forecaster.newestForecast(of: index, horizon: horizon)))
        }
        return try query(name, for: ticket, forecaster, &checkpoints) {
            stream throws(ControlError) in
            guard stream.configuration.weights == .stream else {
                throw ControlError(
                    .badArgument,
                    "the stream is not in memory, and it shares its net with others: only its"
                        + " newest forecast is known")
            }
            return ControlReply(
                try StreamDescription.text(stream.newestForecast(horizon: horizon)))
        }
    }

    /// A stream that is not in memory, as it was when it left.
    func absent(
        _ name: [UInt8], _ checkpoints: inout Checkpoints?
    ) throws(ControlError) -> StreamRecord {
        switch checkpoints?.lookUp(name, at: SystemClock.monotonic()) ?? .nothing {
        case .record(let record): return record
        case .nothing: throw Self.unknown(name)
        case .unavailable:
            throw ControlError(.stateFailed, "the state of this stream cannot be read at present")
        }
    }

    private var stateFolder: String {
        get throws(ControlError) {
            if settings.state.directory.isEmpty { throw Self.noState }
            return settings.state.directory
        }
    }

    static func unknown(_ name: [UInt8]) -> ControlError {
        ControlError(
            .unknownStream, "there is no stream \"\(String(decoding: name, as: UTF8.self))\"")
    }
}
