import Forecasting
import Series
import Store

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
