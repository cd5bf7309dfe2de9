import Forecasting
import Series
import Telemetry
import Wire

/// What one of the threads needs for its work.
struct Worker {
    var bench: Bench
    /// What its work has taken since the engine last looked.
    var nanoseconds: Int64 = 0
    private var forecast = Forecast()
    private var encoder: Encoder
    private let isBinary: Bool
    private let updateDuration: LatencyHistogram

    init(bench: Bench, format: Wire.OutputFormat, updateDuration: LatencyHistogram) {
        self.bench = bench
        self.updateDuration = updateDuration
        encoder = Encoder(format: format)
        isBinary = format == .binary
    }

    /// Answers the next sample of a lot.
    mutating func observe(
        _ lot: inout Lot, in batch: borrowing SampleBatch, _ answer: inout PartitionDesk.Answer
    ) {
        let before = bench.counters.drifts
        answer.isForecast = lot.observe(in: batch, at: &bench, into: &forecast) == nil
        answer.drifts = bench.counters.drifts.since(before)
        guard answer.isForecast else { return }
        answer.payload.removeAll(keepingCapacity: true)
        if !isBinary { encoder.encode(forecast, into: &answer.payload) }
        swap(&answer.forecast, &forecast)
    }

    /// Makes the update of a lot that is due. Returns the lasting changes that it showed.
    mutating func train(_ lot: inout Lot) -> DriftCounts {
        let before = bench.counters.drifts
        let start = SystemClock.monotonic()
        lot.train(at: &bench)
        updateDuration.record(nanoseconds: SystemClock.monotonic() - start)
        return bench.counters.drifts.since(before)
    }
}
