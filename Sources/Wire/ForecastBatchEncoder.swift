package import Series

/// Consecutive forecasts of one stream as one TSB1 batch of kind 2: a row a forecast, in it
/// forecast, lower, upper and residual of each channel; NaN where JSON has null.
package struct ForecastBatchEncoder: Sendable {
    private var name: [UInt8] = []
    private var channelCount = 0
    private var firstSequence: UInt64 = 0
    private var times: [Int64] = []
    /// Rows one after the other.
    private var values: [Double] = []

    package init() {}

    package var isEmpty: Bool { times.isEmpty }

    /// Takes a forecast, or returns false when it does not continue the batch: another stream,
    /// another number of channels, or not the next `sequence`. Then `finish` comes first.
    package mutating func append(_ forecast: borrowing Forecast) -> Bool {
        if isEmpty {
            name.removeAll(keepingCapacity: true)
            name.append(forecast.name.span)
            channelCount = forecast.channels.count
            firstSequence = forecast.sequence
        } else if !name.span.isEqual(to: forecast.name.span)
            || channelCount != forecast.channels.count
            || forecast.sequence != firstSequence &+ UInt64(times.count)
        {
            return false
        }
        times.append(forecast.time)
        for index in forecast.channels.indices {
            let channel = forecast.channels[index]
            values.append(channel.mean)
            values.append(channel.lower)
            values.append(channel.upper)
            values.append(channel.residual)
        }
        return true
    }

    /// Appends the batch's payload and starts the next one. Times that are not evenly spaced go
    /// into a column of their own.
    package mutating func finish(into bytes: inout [UInt8]) {
        var header = BinaryHeader()
        header.kind = .forecasts
        header.channels = UInt16(channelCount)
        header.count = UInt32(times.count)
        header.sequence = firstSequence
        header.setTimes(times.span)
        header.append(to: &bytes)
        if header.hasTimes {
            for time in times { bytes.append(littleEndian: time) }
        }
        for value in values { bytes.append(littleEndian: value.bitPattern) }
        times.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }
}

extension BinaryHeader {
    /// Start and step when they give all times, else a column; never the start and step of 0 that
    /// mean no time.
    mutating func setTimes(_ times: Span<Int64>) {
        guard times.count > 0 else { return }
        start = times[0]
        step = times.count > 1 ? times[1] &- times[0] : 0
        hasTimes = start == 0 && step == 0
        for index in times.indices.dropFirst() where times[index] &- times[index - 1] != step {
            hasTimes = true
        }
    }
}
