import Forecasting
import Series
import Wire

/// What one round asks of the streams of one partition, and what has come of it.
///
/// Each part is one thread's at any time. Between two rounds all are the engine's; in a round they
/// are its who has claimed the desk to observe it; then the answers are the engine's again, while
/// the rest is its who has claimed the last update (`Workshop`).
final class PartitionDesk: Sendable {
    /// What came of a sample.
    struct Answer {
        /// False: there is none, and the rest is of no meaning.
        var isForecast = false
        var forecast = Forecast()
        /// As it is published. Not in binary, where the forecasts of a message are one payload.
        var payload: [UInt8] = []
        /// Lasting changes of the stream that the sample showed, its update included.
        var drifts = DriftCounts()
    }

    let lot = Owned(Lot())
    /// As many as the lot has samples, at least: their memory is kept from round to round.
    let answers = Owned<[Answer]>([])
    /// Changes that the last update showed, for the last answer.
    let lastDrifts = Owned(DriftCounts())

    /// Whether it is worth while to claim another desk ahead: who does has claimed this one.
    var looksAhead: Bool { lot.value.isOfLarge }

    /// Observes all samples. Each update is made before the next sample, the last one is left.
    ///
    /// next: the same thread's next one, of which some things are brought into the cache.
    func observe(
        in batch: borrowing SampleBatch, by worker: inout Worker, before next: PartitionDesk?
    ) {
        let start = SystemClock.monotonic()
        lastDrifts.value = DriftCounts()
        for index in 0..<lot.value.count {
            if lot.value.updateIsDue {
                answers.value[index - 1].drifts.add(worker.train(&lot.value))
            }
            if index == answers.value.count { answers.value.append(Answer()) }
            if looksAhead { lookAhead(from: index, next) }
            worker.observe(&lot.value, in: batch, &answers.value[index])
        }
        worker.nanoseconds += SystemClock.monotonic() - start
    }

    /// What the two samples after this one need is brought into the cache.
    private func lookAhead(from index: Int, _ next: PartitionDesk?) {
        lot.value.forgetPrefetches()
        let count = lot.value.count
        for ahead in 1...2 {
            if index + ahead < count {
                lot.value.prefetch(index + ahead, ahead: ahead)
            } else {
                next?.lot.value.prefetch(index + ahead - count, ahead: ahead)
            }
        }
    }

    /// The update that the last sample made due.   next: as above.
    func train(by worker: inout Worker, before next: PartitionDesk?) {
        if looksAhead {
            lot.value.forgetPrefetches()
            next?.lot.value.prefetchUpdate()
        }
        guard lot.value.updateIsDue else { return }
        let start = SystemClock.monotonic()
        lastDrifts.value = worker.train(&lot.value)
        worker.nanoseconds += SystemClock.monotonic() - start
    }
}
