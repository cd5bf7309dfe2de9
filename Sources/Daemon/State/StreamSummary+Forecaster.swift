import Forecasting
import Series
import Store

extension StreamRecord {
    /// The partition of a stream: what is written together.
    static func partition(of name: [UInt8]) -> Int {
        Int(StreamName.hash(name.span) % UInt64(partitions))
    }

    static let partitions = 64

    /// A stream as it is now, with its last published forecast.
    /// - Parameter memory: empty, for the state.
    init(
        of stream: StreamIndex, in forecaster: borrowing Forecaster, _ outbox: borrowing Outbox,
        memory: consuming [UInt8] = []
    ) {
        let name = forecaster.name(of: stream)
        var summary = StreamSummary(
            forecaster.stream(stream), partition: Self.partition(of: name))
        summary.settingsSignature = forecaster.settingsSignature(of: stream)
        summary.formatVersion = Int(Forecaster.stateFormat)
        summary.updatedAt = SystemClock.realtime()
        summary.forecast = outbox.newest(of: name.span) ?? []
        forecaster.snapshot(of: stream, into: &memory)
        self.init(summary: summary, state: memory)
    }
}

extension StreamSummary {
    /// What can be asked about a stream without looking at its state; the means over its channels.
    init(_ stream: borrowing Forecasting.Stream, partition: Int) {
        self.init(name: stream.name)
        self.partition = partition
        sampleCount = stream.sequence
        sequence = stream.sequence
        lastTime = stream.newestTime
        scores = Scores(
            mae: Self.mean(of: stream) { $0.meanAbsoluteError },
            mase: Self.mean(of: stream) { $0.scaledError })
    }

    /// Of the channels that have one; nil when none has.
    private static func mean(
        of stream: borrowing Forecasting.Stream, _ number: (Forecast.Channel) -> Double
    ) -> Double? {
        var (sum, count) = (0.0, 0.0)
        for channel in stream.channels {
            let value = number(channel.report)
            if value.isNaN { continue }
            (sum, count) = (sum + value, count + 1)
        }
        return count > 0 ? sum / count : nil
    }
}
