import Series

/// One forecast or sample as one JSON object, without a byte of white space.
enum JSONEncoder {
    static func append(_ forecast: borrowing Forecast, to bytes: inout [UInt8]) {
        bytes.append("{\"stream\":")
        append(string: forecast.name.span, to: &bytes)
        bytes.append(",\"seq\":")
        Number.append(forecast.sequence, to: &bytes)
        bytes.append(",\"ts\":")
        append(time: forecast.time, to: &bytes)
        append(",\"y\":", forecast, to: &bytes) { $0.value }
        bytes.append(",\"next_ts\":")
        if let time = forecast.nextTime {
            append(time: time, to: &bytes)
        } else {
            bytes.append("null")
        }
        append(",\"yhat\":", forecast, to: &bytes) { $0.mean }
        append(",\"yhat_lower\":", forecast, to: &bytes) { $0.lower }
        append(",\"yhat_upper\":", forecast, to: &bytes) { $0.upper }
        bytes.append(",\"level\":")
        append(number: forecast.level, to: &bytes)
        append(",\"residual\":", forecast, to: &bytes) { $0.residual }
        append(",\"anomaly_score\":", forecast, to: &bytes) { $0.anomalyScore }
        bytes.append(",\"status\":\"")
        bytes.append(forecast.status.text)
        bytes.append("\"")
        append(",\"mae\":", forecast, to: &bytes) { $0.meanAbsoluteError }
        append(",\"mase\":", forecast, to: &bytes) { $0.scaledError }
        if forecast.timeSource == .arrival { bytes.append(",\"ts_source\":\"arrival\"") }
        if !forecast.channelNames.isEmpty {
            bytes.append(",\"channels\":[")
            for index in forecast.channelNames.indices {
                if index > 0 { bytes.append(",") }
                let name = forecast.channelNames[index]
                append(string: name.span, to: &bytes)
            }
            bytes.append("]")
        }
        bytes.append("}")
    }

    /// A key and one number of every channel: the number itself, or an array when multivariate.
    private static func append(
        _ key: StaticString, _ forecast: borrowing Forecast, to bytes: inout [UInt8],
        number: (Forecast.Channel) -> Double
    ) {
        bytes.append(key)
        guard forecast.isMultivariate else {
            append(number: number(forecast.channels[0]), to: &bytes)
            return
        }
        bytes.append("[")
        for index in forecast.channels.indices {
            if index > 0 { bytes.append(",") }
            append(number: number(forecast.channels[index]), to: &bytes)
        }
        bytes.append("]")
    }

    /// NaN and infinities have no JSON but null.
    static func append(number: Double, to bytes: inout [UInt8]) {
        if number.isFinite {
            Number.append(number, to: &bytes)
        } else {
            bytes.append("null")
        }
    }

    /// A valid name: without control characters, so that two characters need an escape.
    static func append(string: Span<UInt8>, to bytes: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let backslash = UInt8(ascii: "\\")
        bytes.append(quote)
        var start = 0
        for index in string.indices where string[index] == quote || string[index] == backslash {
            bytes.append(string.extracting(start..<index))
            bytes.append(backslash)
            start = index
        }
        bytes.append(string.extracting(start..<string.count))
        bytes.append(quote)
    }

    /// Nanoseconds as seconds, every digit exact, without zeros at the end.
    static func append(time nanoseconds: Int64, to bytes: inout [UInt8]) {
        if nanoseconds < 0 { bytes.append(UInt8(ascii: "-")) }
        let (seconds, rest) = nanoseconds.magnitude.quotientAndRemainder(
            dividingBy: 1_000_000_000)
        Number.append(seconds, to: &bytes)
        var fraction = rest
        if fraction == 0 { return }
        bytes.append(UInt8(ascii: "."))
        var weight: UInt64 = 100_000_000
        while fraction > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(fraction / weight))
            fraction %= weight
            weight /= 10
        }
    }
}
