import CWire
import Series

/// One forecast or sample as one JSON object, without a byte of white space.
enum JSONEncoder {
    static func append(_ forecast: borrowing Forecast, to bytes: inout [UInt8]) {
        // Looked at once: most streams have one channel.
        let only = forecast.isMultivariate ? nil : forecast.channels[0]
        bytes.append(atMost: longest(forecast)) { text in
            text.append("{\"stream\":")
            append(string: forecast.name.span, to: &text)
            text.append(",\"seq\":", forecast.sequence)
            text.append(",\"ts\":", seconds: forecast.time)
            append(",\"y\":", only, forecast, to: &text) { $0.value }
            if let time = forecast.nextTime {
                text.append(",\"next_ts\":", seconds: time)
            } else {
                text.append(",\"next_ts\":null")
            }
            append(",\"yhat\":", only, forecast, to: &text) { $0.mean }
            append(",\"yhat_lower\":", only, forecast, to: &text) { $0.lower }
            append(",\"yhat_upper\":", only, forecast, to: &text) { $0.upper }
            text.append(",\"level\":", forecast.level)
            append(rounded: ",\"residual\":", only, forecast, to: &text) { $0.residual }
            append(rounded: ",\"anomaly_score\":", only, forecast, to: &text) { $0.anomalyScore }
            text.append(",\"status\":\"")
            text.append(forecast.status.text)
            append(rounded: "\",\"mae\":", only, forecast, to: &text) { $0.meanAbsoluteError }
            append(rounded: ",\"mase\":", only, forecast, to: &text) { $0.scaledError }
            append(path: forecast, to: &text)
            if case .arrival = forecast.timeSource { text.append(",\"ts_source\":\"arrival\"") }
            append(channelNames: forecast, to: &text)
            text.append("}")
        }
    }

    /// Bytes that a forecast may take: keys and punctuation, escaped names, numbers.
    private static func longest(_ forecast: borrowing Forecast) -> Int {
        let keys = 256
        let times = 3 * longestNumber
        var names = longest(string: forecast.name.count)
        for index in forecast.channelNames.indices {
            names += longest(string: forecast.channelNames[index].count)
        }
        // 8 numbers of each channel, seq and level; of a step of the path 3, and its brackets.
        let numbers = 8 * forecast.channels.count + 2 + 4 * forecast.path.count
        return keys + times + names + numbers * longestNumber
    }

    /// A number or a time, and the comma behind it.
    static let longestNumber = Int(wire_number_bytes) + 1

    /// A string of so many bytes: each may need an escape, and there are two quotes and a comma.
    static func longest(string count: Int) -> Int { 2 * count + 3 }

    private static func append(
        channelNames forecast: borrowing Forecast, to text: inout TextCursor
    ) {
        if forecast.channelNames.isEmpty { return }
        text.append(",\"channels\":[")
        for index in forecast.channelNames.indices {
            if index > 0 { text.append(",") }
            let name = forecast.channelNames[index]
            append(string: name.span, to: &text)
        }
        text.append("]")
    }

    /// A key and one number of every channel: the number itself, or an array when multivariate.
    @inline(__always)
    private static func append(
        _ key: StaticString, _ only: Forecast.Channel?, _ forecast: borrowing Forecast,
        to text: inout TextCursor, number: (Forecast.Channel) -> Double
    ) {
        if let only { return text.append(key, number(only)) }
        text.append(key)
        for index in forecast.channels.indices {
            text.append(index > 0 ? "," : "[", number(forecast.channels[index]))
        }
        text.append("]")
    }

    /// The same of what rates a forecast, to 7 digits or so. What is measured or forecast is never
    /// rounded.
    @inline(__always)
    private static func append(
        rounded key: StaticString, _ only: Forecast.Channel?, _ forecast: borrowing Forecast,
        to text: inout TextCursor, number: (Forecast.Channel) -> Double
    ) {
        if let only { return text.append(key, rounded: number(only)) }
        text.append(key)
        for index in forecast.channels.indices {
            text.append(index > 0 ? "," : "[", rounded: number(forecast.channels[index]))
        }
        text.append("]")
    }

    /// The forecasts of several values ahead, by value ahead.
    private static func append(path forecast: borrowing Forecast, to text: inout TextCursor) {
        if forecast.path.isEmpty { return }
        append(steps: ",\"path\":{\"yhat\":[", forecast, to: &text) { $0.mean }
        append(steps: "],\"yhat_lower\":[", forecast, to: &text) { $0.lower }
        append(steps: "],\"yhat_upper\":[", forecast, to: &text) { $0.upper }
        text.append("]}")
    }

    @inline(__always)
    private static func append(
        steps key: StaticString, _ forecast: borrowing Forecast, to text: inout TextCursor,
        number: (Forecast.Step) -> Double
    ) {
        text.append(key)
        let horizon = forecast.horizon
        for ahead in 0..<horizon {
            if ahead > 0 { text.append(",") }
            if forecast.isMultivariate { text.append("[") }
            for channel in forecast.channels.indices {
                if channel > 0 { text.append(",") }
                text.append("", number(forecast.path[channel * horizon + ahead]))
            }
            if forecast.isMultivariate { text.append("]") }
        }
    }

    /// A valid name: without control characters, so that two characters need an escape.
    static func append(string: Span<UInt8>, to text: inout TextCursor) {
        let quote = UInt8(ascii: "\"")
        let backslash = UInt8(ascii: "\\")
        text.append(quote)
        if StreamName.isPlain(string) {
            text.append(string)
            text.append(quote)
            return
        }
        var start = 0
        for index in string.indices where string[index] == quote || string[index] == backslash {
            text.append(string.extracting(start..<index))
            text.append(backslash)
            start = index
        }
        text.append(string.extracting(start..<string.count))
        text.append(quote)
    }
}
