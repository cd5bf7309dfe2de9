import Forecasting
import Store

/// Streams that are to be deleted from the disk.
struct Forgetting {
    /// Names that wait for an order, and those of the order under way.
    private var waiting: [[UInt8]] = []
    private var ordered: [[UInt8]] = []
    private(set) var order: UInt64?
    /// Requests so far; those up to `newest` have come to their end.
    private var requests = 0
    private(set) var newest = Finished(number: 0, failure: nil)

    struct Finished {
        /// Of the last request.
        let number: Int
        /// Why the streams are still on the disk.
        let failure: StoreError?
    }

    /// Whether names wait: then nothing may be written that could be of a stream of that name.
    var isWaiting: Bool { !waiting.isEmpty }

    var isEmpty: Bool { waiting.isEmpty && order == nil }

    func contains(_ name: [UInt8]) -> Bool { waiting.contains(name) || ordered.contains(name) }

    /// The number of the request.
    mutating func add(_ name: [UInt8]) -> Int {
        waiting.append(name)
        requests += 1
        return requests
    }

    /// All names that wait, when there is no order under way.
    mutating func makeOrder(_ number: UInt64) -> [[UInt8]] {
        guard order == nil, isWaiting else { return [] }
        order = number
        swap(&ordered, &waiting)
        return ordered
    }

    /// The names of the order, which has come to its end.
    mutating func finishOrder(_ failure: StoreError?) -> [[UInt8]] {
        defer { (order, ordered) = (nil, []) }
        newest = Finished(number: newest.number + ordered.count, failure: failure)
        return ordered
    }
}

extension Checkpoints {
    /// Has a stream deleted from the disk that is not in memory any more. Returns the number of the
    /// request (`Forgetting.newest`).
    mutating func forget(_ name: [UInt8]) -> Int {
        departures.remove(name)
        return forgetting.add(name)
    }

    /// What has become of the requests.
    func forgotten() -> Forgetting.Finished { forgetting.newest }

    /// A stream leaves memory for good: what was copied of it is not to be written any more.
    mutating func drop(_ stream: StreamIndex, named name: [UInt8]) {
        round?.drop(stream, named: name)
    }

    /// What there is of a stream that is not in memory, for somebody who asks.
    mutating func lookUp(_ name: [UInt8], at now: Int64) -> Absent {
        forgetting.contains(name) ? .nothing : find(name, at: now)
    }

    /// Hands over what is to be forgotten, before anything new is written.
    mutating func writeForgotten() {
        let names = forgetting.makeOrder(lastOrder + 1)
        if !names.isEmpty { hand(over: .forget(names)) }
    }

    /// Whether a report is about that. Streams that are still on the disk come back from there.
    mutating func takeOfForgotten(
        _ report: StateWriter.Report, _ forecaster: inout Forecaster
    ) -> Bool {
        guard report.number == forgetting.order else { return false }
        var failure: StoreError?
        if case .failure(let error) = report.result { failure = error }
        let names = forgetting.finishOrder(failure)
        if failure != nil { for name in names { forecaster.noteStored(name.span) } }
        return true
    }
}
