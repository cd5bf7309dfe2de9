package import Series

/// Published payloads back to forecasts: what `foretide watch` reads.
package struct ForecastDecoder: ~Copyable {
    private var json = JSONParser()
    private var messagePack = MessagePackParser()

    package init() {}

    /// The forecasts of one message in any of the output formats; the first byte tells which.
    ///
    /// - Parameter topic: the first frame, the stream of a binary batch.
    package mutating func decode(
        topic: Span<UInt8>, payload: Span<UInt8>
    ) throws(WireError) -> [Forecast] {
        guard payload.count > 0 else { throw .empty }
        switch OutputFormat(firstByte: payload[0]) {
        case .json: return [try Self.read(json.parse(payload))]
        case .binary: return try Self.readBinary(topic, payload)
        case .messagePack: return [try Self.read(messagePack.parse(payload))]
        }
    }

    private static func read(_ document: consuming Document) throws(WireError) -> Forecast {
        guard case .map(let count, _) = document[0] else { throw .shape }
        var forecast = Forecast()
        var index = 1
        for _ in 0..<count {
            let value = document.end(of: index)
            if case .string(let key) = document[index] {
                try read(document, document.string(key), value, into: &forecast)
            }
            index = document.end(of: value)
        }
        return forecast
    }

    private static func read(
        _ document: borrowing Document, _ key: Span<UInt8>, _ index: Int,
        into forecast: inout Forecast
    ) throws(WireError) {
        if key.isEqual(to: "stream") {
            forecast.name = try document.name(at: index)
        } else if key.isEqual(to: "seq") {
            guard case .integer(let number) = document[index], number >= 0 else { throw .value }
            forecast.sequence = UInt64(number)
        } else if key.isEqual(to: "ts") {
            forecast.time = try document.time(at: index) ?? 0
        } else if key.isEqual(to: "next_ts") {
            forecast.nextTime = try document.time(at: index)
        } else if key.isEqual(to: "ts_source") {
            forecast.timeSource =
                try document.name(at: index) == Array("arrival".utf8)
                ? .arrival : .message
        } else if key.isEqual(to: "level") {
            forecast.level = try document.value(at: index)
        } else if key.isEqual(to: "status") {
            let text = try document.name(at: index)
            forecast.status =
                Forecast.Status.allCases.first { text.span.isEqual(to: $0.text) } ?? .ok
        } else if key.isEqual(to: "channels") {
            guard case .array(let count, _) = document[index] else { throw .shape }
            for position in 0..<count {
                forecast.channelNames.append(try document.name(at: index + 1 + position))
            }
        } else if key.isEqual(to: "path") {
            try readPath(document, index, into: &forecast)
        } else if let field = field(key) {
            guard case .array(let count, _) = document[index] else {
                try forecast.set(field, 0, document.value(at: index))
                return
            }
            for position in 0..<count {
                try forecast.set(field, position, document.value(at: index + 1 + position))
            }
        }
    }

    /// A map of three arrays by value ahead, in each a number, or an array of one per channel.
    private static func readPath(
        _ document: borrowing Document, _ index: Int, into forecast: inout Forecast
    ) throws(WireError) {
        guard case .map(let count, _) = document[index] else { throw .shape }
        var paths = Path()
        var index = index + 1
        for _ in 0..<count {
            let value = document.end(of: index)
            if case .string(let key) = document[index], let field = stepField(document.string(key))
            {
                try paths.read(document, value, field)
            }
            index = document.end(of: value)
        }
        forecast.path = paths.byChannel
    }

    private static func stepField(
        _ key: Span<UInt8>
    ) -> WritableKeyPath<Forecast.Step, Double>? {
        if key.isEqual(to: "yhat") { return \.mean }
        if key.isEqual(to: "yhat_lower") { return \.lower }
        if key.isEqual(to: "yhat_upper") { return \.upper }
        return nil
    }

    private static func field(
        _ key: Span<UInt8>
    ) -> WritableKeyPath<Forecast.Channel, Double>? {
        if key.isEqual(to: "y") { return \.value }
        if key.isEqual(to: "yhat") { return \.mean }
        if key.isEqual(to: "yhat_lower") { return \.lower }
        if key.isEqual(to: "yhat_upper") { return \.upper }
        if key.isEqual(to: "residual") { return \.residual }
        if key.isEqual(to: "anomaly_score") { return \.anomalyScore }
        if key.isEqual(to: "mae") { return \.meanAbsoluteError }
        if key.isEqual(to: "mase") { return \.scaledError }
        return nil
    }

    private static func readBinary(
        _ topic: Span<UInt8>, _ payload: Span<UInt8>
    ) throws(WireError) -> [Forecast] {
        let header = try BinaryHeader(payload)
        guard header.kind == .forecasts else { throw .binaryHeader(.kind) }
        guard payload.count == header.messageBytes else {
            throw .size(needed: header.messageBytes, got: payload.count)
        }
        var forecasts: [Forecast] = []
        var value = 0
        for row in 0..<Int(header.count) {
            var forecast = Forecast()
            forecast.name.append(topic)
            forecast.sequence = header.sequence &+ UInt64(row)
            forecast.time = try header.time(ofRow: row, in: payload) ?? 0
            for channel in 0..<Int(header.channels) {
                for field in [\Forecast.Channel.mean, \.lower, \.upper, \.residual] {
                    forecast.set(field, channel, header.value(value, in: payload))
                    value += 1
                }
            }
            forecasts.append(forecast)
        }
        return forecasts
    }
}

extension Forecast {
    fileprivate mutating func set(
        _ field: WritableKeyPath<Channel, Double>, _ position: Int, _ value: Double
    ) {
        while channels.count <= position { channels.append(Channel()) }
        channels[position][keyPath: field] = value
    }
}

/// The steps of a path as they are read: by value ahead, then by channel.
private struct Path {
    private var steps: [[Forecast.Step]] = []

    mutating func read(
        _ document: borrowing Document, _ index: Int,
        _ field: WritableKeyPath<Forecast.Step, Double>
    ) throws(WireError) {
        guard case .array(let horizon, _) = document[index] else { throw .shape }
        var next = index + 1
        for ahead in 0..<horizon {
            if case .array(let channels, _) = document[next] {
                for channel in 0..<channels {
                    try set(ahead, channel, field, document.value(at: next + 1 + channel))
                }
            } else {
                try set(ahead, 0, field, document.value(at: next))
            }
            next = document.end(of: next)
        }
    }

    private mutating func set(
        _ ahead: Int, _ channel: Int, _ field: WritableKeyPath<Forecast.Step, Double>,
        _ value: Double
    ) {
        while steps.count <= ahead { steps.append([]) }
        while steps[ahead].count <= channel { steps[ahead].append(Forecast.Step()) }
        steps[ahead][channel][keyPath: field] = value
    }

    /// [channels, horizon]; empty when the steps have not as many channels each.
    var byChannel: [Forecast.Step] {
        let channels = steps.first?.count ?? 0
        guard steps.allSatisfy({ $0.count == channels }) else { return [] }
        return (0..<channels).flatMap { channel in steps.map { $0[channel] } }
    }
}

extension Document {
    fileprivate func name(at index: Int) throws(WireError) -> [UInt8] {
        guard case .string(let range) = self[index] else { throw .shape }
        var name: [UInt8] = []
        name.append(string(range))
        return name
    }
}
