import Forecasting
import Store
import Telemetry

/// Streams that are not in memory: those that leave, and those that come back.
extension Checkpoints {
    /// Takes the longest idle stream out of memory. Its state is on the disk, or will be: until
    /// then it is in `departures`. False when the disk is too far behind for that.
    mutating func evictIdlest(
        _ forecaster: inout Forecaster, _ outbox: inout Outbox, for reason: Forecaster.Eviction
    ) -> Bool {
        guard let stream = forecaster.idlest else { return false }
        let name = forecaster.name(of: stream)
        if forecaster.hasChanged(stream) || isUnderWay(name) {
            guard departures.hasRoom(for: reason) else { return false }
            let memory = departures.memory()
            departures.add(StreamRecord(of: stream, in: forecaster, outbox, memory: memory))
        }
        round?.drop(stream, named: name)
        forecaster.evict(stream, for: reason)
        outbox.forget(name.span)
        return true
    }

    /// Whether the newest state of a stream may not be on the disk yet though it is copied.
    private func isUnderWay(_ name: [UInt8]) -> Bool {
        if round?.holds(name) ?? false { return true }
        return orders.values.contains { $0.contains { $0.summary.name == name } }
    }

    /// What there is of a stream that is not in memory.
    enum Absent {
        case record(StreamRecord)
        /// It begins anew.
        case nothing
        /// It cannot be said at present.
        case unavailable
    }

    mutating func find(_ name: [UInt8], at now: Int64) -> Absent {
        if let record = departures.record(of: name) { return .record(record) }
        switch lookup.find(name, at: now) {
        case .record(let record): return .record(record)
        case .nothing: return .nothing
        case .damaged:
            setAside(.setAside(name))
            return .unavailable
        case .failed(let error):
            log.notFound(error)
            return .unavailable
        }
    }

    /// What was found of a stream cannot be read. It is moved out of the way, and the stream begins
    /// anew when that has been done.
    mutating func setAsideUseless(_ name: [UInt8]) {
        departures.remove(name)
        setAside(.setAsideUseless(name))
    }

    /// One at a time.
    private mutating func setAside(_ order: StateWriter.Order) {
        guard setAsideOrder == nil else { return }
        hand(over: order)
        setAsideOrder = lastOrder
    }

    /// The stream is in memory again.
    mutating func tookBack(_ name: [UInt8], _ stream: StreamIndex, _ forecaster: inout Forecaster) {
        guard departures.record(of: name) != nil else { return }
        departures.remove(name)
        forecaster.noteChange(of: stream)
    }

    /// Hands over what has left since the last time, when that is due.
    mutating func writeDepartures(at now: Int64) {
        if forgetting.isWaiting { return }
        let records = departures.makeOrder(lastOrder + 1, at: now)
        if !records.isEmpty { hand(over: .write(records), records) }
    }

    /// Whether a report is about anything else.
    mutating func takeOfAbsent(_ report: StateWriter.Report) -> Bool {
        if report.number == departures.order {
            var isWritten = false
            if case .success = report.result { isWritten = true }
            departures.finishOrder(isWritten: isWritten, at: SystemClock.monotonic())
            return false
        }
        if report.number == setAsideOrder {
            setAsideOrder = nil
            if case .success(.setAside(let outcome)) = report.result {
                metrics.add(UInt64(outcome.setAside), to: .streamsQuarantined)
            }
            return false
        }
        return true
    }
}
