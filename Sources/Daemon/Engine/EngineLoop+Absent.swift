import Forecasting
import Logging
import Series
import Store
import Telemetry
import Transport

/// Streams that are not in memory when a sample of theirs comes.
extension EngineLoop {
    /// Does what a sample needs. Returns why it must be refused instead; nil when it can be
    /// observed again.
    mutating func provide(
        _ need: Forecaster.Need, for sample: Sample
    ) throws(ZeroMQError) -> Rejection? {
        switch need {
        case .room: return try makeRoom(for: .newcomer) ? nil : .tooManyStreams
        case .state:
            let name = Array(batch.text[sample.name.range])
            switch checkpoints?.find(name, at: SystemClock.monotonic()) ?? .nothing {
            case .record(let record): return try bringBack(record)
            case .nothing:
                forecaster.noteAbsent(name.span)
                return nil
            case .unavailable: return .stateUnavailable
            }
        }
    }

    private mutating func makeRoom(for reason: Forecaster.Eviction) throws(ZeroMQError) -> Bool {
        // The last published forecast is part of the state.
        try outbox.finishMessage(arrival: arrival)
        try outbox.flush()
        return checkpoints?.evictIdlest(&forecaster, &outbox, for: reason) ?? false
    }

    private mutating func bringBack(_ record: StreamRecord) throws(ZeroMQError) -> Rejection? {
        let name = record.summary.name
        while true {
            do throws(StateError) {
                let restored = try restore(record)
                checkpoints?.tookBack(name, restored.stream, &forecaster)
                forecaster.forgetStored(name.span)
                metrics.add(to: .streamsReturned)
                return nil
            } catch .tooManyStreams {
                guard try makeRoom(for: .returning) else { return .tooManyStreams }
            } catch {
                checkpoints?.setAsideUseless(name)
                tellUseless(record, error)
                return .stateUnavailable
            }
        }
    }

    private mutating func restore(_ record: StreamRecord) throws(StateError) -> Restored {
        unsafe try forecaster.restore(
            name: record.summary.name.span, from: record.state.span.bytes)
    }

    private mutating func tellUseless(_ record: StreamRecord, _ error: StateError) {
        guard let more = repeats.admit("useless state", at: SystemClock.monotonic()) else { return }
        let name = String(decoding: record.summary.name, as: UTF8.self)
        logger.warning(
            "A stream that came back begins anew",
            metadata: ["stream": "\(name)", "why": "\(error)", "more": "\(more)"])
    }
}
