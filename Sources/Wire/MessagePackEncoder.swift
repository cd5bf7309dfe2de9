import Series

/// One forecast or sample as one MessagePack map, with JSON's keys in JSON's order.
enum MessagePackEncoder {
    static func append(_ forecast: borrowing Forecast, to bytes: inout [UInt8]) {
        let hasNames = !forecast.channelNames.isEmpty
        let isArrival = forecast.timeSource == .arrival
        let hasPath = !forecast.path.isEmpty
        append(
            map: 14 + (hasPath ? 1 : 0) + (isArrival ? 1 : 0) + (hasNames ? 1 : 0), to: &bytes)
        append("stream", to: &bytes)
        append(string: forecast.name.span, to: &bytes)
        append("seq", to: &bytes)
        append(integer: forecast.sequence, to: &bytes)
        append("ts", to: &bytes)
        append(time: forecast.time, to: &bytes)
        append("y", forecast, to: &bytes) { $0.value }
        append("next_ts", to: &bytes)
        append(time: forecast.nextTime, to: &bytes)
        append("yhat", forecast, to: &bytes) { $0.mean }
        append("yhat_lower", forecast, to: &bytes) { $0.lower }
        append("yhat_upper", forecast, to: &bytes) { $0.upper }
        append("level", to: &bytes)
        append(number: forecast.level, to: &bytes)
        append("residual", forecast, to: &bytes) { $0.residual }
        append("anomaly_score", forecast, to: &bytes) { $0.anomalyScore }
        append("status", to: &bytes)
        append(forecast.status.text, to: &bytes)
        append("mae", forecast, to: &bytes) { $0.meanAbsoluteError }
        append("mase", forecast, to: &bytes) { $0.scaledError }
        if hasPath { append(path: forecast, to: &bytes) }
        if isArrival {
            append("ts_source", to: &bytes)
            append("arrival", to: &bytes)
        }
        if hasNames {
            append("channels", to: &bytes)
            append(array: forecast.channelNames.count, to: &bytes)
            for index in forecast.channelNames.indices {
                let name = forecast.channelNames[index]
                append(string: name.span, to: &bytes)
            }
        }
    }

    private static func append(
        _ key: StaticString, _ forecast: borrowing Forecast, to bytes: inout [UInt8],
        number: (Forecast.Channel) -> Double
    ) {
        append(key, to: &bytes)
        guard forecast.isMultivariate else {
            append(number: number(forecast.channels[0]), to: &bytes)
            return
        }
        append(array: forecast.channels.count, to: &bytes)
        for index in forecast.channels.indices {
            append(number: number(forecast.channels[index]), to: &bytes)
        }
    }

    private static func append(path forecast: borrowing Forecast, to bytes: inout [UInt8]) {
        append("path", to: &bytes)
        append(map: 3, to: &bytes)
        append(steps: "yhat", forecast, to: &bytes) { $0.mean }
        append(steps: "yhat_lower", forecast, to: &bytes) { $0.lower }
        append(steps: "yhat_upper", forecast, to: &bytes) { $0.upper }
    }

    private static func append(
        steps key: StaticString, _ forecast: borrowing Forecast, to bytes: inout [UInt8],
        number: (Forecast.Step) -> Double
    ) {
        append(key, to: &bytes)
        let horizon = forecast.horizon
        append(array: horizon, to: &bytes)
        for ahead in 0..<horizon {
            if forecast.isMultivariate { append(array: forecast.channels.count, to: &bytes) }
            for channel in forecast.channels.indices {
                append(number: number(forecast.path[channel * horizon + ahead]), to: &bytes)
            }
        }
    }

    static func append(map count: Int, to bytes: inout [UInt8]) {
        append(container: count, short: 0x80, long: 0xde, to: &bytes)
    }

    static func append(array count: Int, to bytes: inout [UInt8]) {
        append(container: count, short: 0x90, long: 0xdc, to: &bytes)
    }

    private static func append(
        container count: Int, short: UInt8, long: UInt8, to bytes: inout [UInt8]
    ) {
        if count < 16 {
            bytes.append(short | UInt8(count))
        } else if count <= Int(UInt16.max) {
            bytes.append(long)
            bytes.append(bigEndian: UInt16(count))
        } else {
            bytes.append(long + 1)
            bytes.append(bigEndian: UInt32(count))
        }
    }

    /// A word of ours: shorter than 32 bytes.
    static func append(_ word: StaticString, to bytes: inout [UInt8]) {
        bytes.append(0xa0 | UInt8(word.utf8CodeUnitCount))
        bytes.append(word)
    }

    /// A valid name: at most 255 bytes.
    static func append(string: Span<UInt8>, to bytes: inout [UInt8]) {
        if string.count < 32 {
            bytes.append(0xa0 | UInt8(string.count))
        } else {
            bytes.append(0xd9)
            bytes.append(UInt8(string.count))
        }
        bytes.append(string)
    }

    static func append(integer: UInt64, to bytes: inout [UInt8]) {
        switch integer {
        case ..<0x80: bytes.append(UInt8(integer))
        case ...0xffff_ffff:
            bytes.append(0xce)
            bytes.append(bigEndian: UInt32(integer))
        default:
            bytes.append(0xcf)
            bytes.append(bigEndian: integer)
        }
    }

    static func append(number: Double, to bytes: inout [UInt8]) {
        guard number.isFinite else {
            bytes.append(0xc0)
            return
        }
        bytes.append(0xcb)
        bytes.append(bigEndian: number.bitPattern)
    }

    /// Seconds as the double nearest to the exact time: what a JSON reader makes of its digits.
    static func append(time nanoseconds: Int64?, to bytes: inout [UInt8]) {
        guard let nanoseconds else {
            bytes.append(0xc0)
            return
        }
        let (microseconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1000)
        if rest == 0, microseconds.magnitude < 1 << 53 {
            append(number: Double(microseconds) / 1e6, to: &bytes)
        } else {
            let (seconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
            append(number: Double(seconds) + Double(fraction) / 1e9, to: &bytes)
        }
    }
}
