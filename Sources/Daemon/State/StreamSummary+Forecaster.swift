import Forecasting
import Series
import Store
import Wire

extension StreamRecord {
    /// A stream as it is now, with its last published forecast.
    /// - Parameter memory: empty, for the state.
    init(
        of stream: StreamIndex, in forecaster: borrowing Forecaster, _ outbox: borrowing Outbox,
        memory: consuming [UInt8] = []
    ) {
        let name = forecaster.name(of: stream)
        self.init(
            forecaster.stream(stream), seed: forecaster.seed,
            forecast: outbox.newest(of: name.span) ?? [], memory: memory)
    }

    /// A stream apart from its forecaster.
    /// - Parameters:
    ///   - seed: the engine's.
    ///   - forecast: the last published one; nil: as JSON.
    ///   - memory: empty, for the state.
    init(
        _ stream: Forecasting.Stream, seed: UInt64, forecast: [UInt8]? = nil,
        memory: consuming [UInt8] = []
    ) {
        var summary = StreamSummary(stream, partition: stream.partition)
        summary.settingsSignature = Forecaster.settingsSignature(
            of: stream.configuration, seed: seed)
        summary.formatVersion = Int(Forecaster.stateFormat)
        summary.updatedAt = SystemClock.realtime()
        if let forecast {
            summary.forecast = forecast
        } else if let forecast = stream.newestForecast {
            var encoder = Encoder(format: .json)
            encoder.encode(forecast, into: &summary.forecast)
        }
        Forecaster.snapshot(of: stream, into: &memory)
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
