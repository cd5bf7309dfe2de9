import Forecasting
import Series
import Wire

/// A stream as the control socket and `foretide streams` tell it.
enum StreamDescription {
    /// A line of the list.
    static func line(_ stream: Forecasting.Stream) -> JSONValue {
        .object(members(stream))
    }

    /// All that there is to tell in numbers.
    static func whole(_ stream: Forecasting.Stream) -> JSONValue {
        var members = members(stream)
        if !stream.channelNames.isEmpty {
            members.append(.init("channel_names", names(stream.channelNames)))
        }
        if !stream.inputNames.isEmpty {
            members.append(.init("input_names", names(stream.inputNames)))
        }
        members.append(.init("model", model(stream.configuration, inputs: stream.inputNames.count)))
        members.append(.init("forecast", (try? forecast(of: stream)) ?? .null))
        return .object(members)
    }

    /// The forecast that stands, as its message had it.
    static func forecast(of stream: Forecasting.Stream) throws(ControlError) -> JSONValue {
        try text(stream.newestForecast)
    }

    /// A forecast as its message has it.
    static func text(_ forecast: Forecast?) throws(ControlError) -> JSONValue {
        guard let forecast else {
            throw ControlError(.unknownStream, "no forecast of this stream has been published yet")
        }
        var encoder = Encoder(format: .json)
        var bytes: [UInt8] = []
        encoder.encode(forecast, into: &bytes)
        return (try? JSONValue(parsing: bytes.span)) ?? .null
    }

    private static func members(_ stream: Forecasting.Stream) -> [JSONValue.Member] {
        [
            .init("stream", text(stream.name)),
            .init("status", .string("\(stream.status.text)")),
            .init("samples", .integer(Int64(clamping: stream.sequence))),
            .init("seq", .integer(Int64(clamping: stream.sequence))),
            .init("ts", stream.newestTime.map { .time($0) } ?? .null),
            .init("channels", .integer(Int64(stream.channels.count))),
            .init(
                "period",
                each(stream) { $0.season.period > 0 ? .integer(Int64($0.season.period)) : .null }),
            .init("mae", each(stream) { .number($0.report.meanAbsoluteError) }),
            .init("mase", each(stream) { .number($0.report.scaledError) }),
        ]
    }

    /// As in the messages: the number itself, an array for several channels.
    private static func each(
        _ stream: Forecasting.Stream, _ value: (ChannelModel) -> JSONValue
    ) -> JSONValue {
        stream.channels.count == 1 && stream.channelNames.isEmpty
            ? value(stream.channels[0]) : .array(stream.channels.map(value))
    }

    /// Of channels or of exogenous inputs.
    static func names(_ names: [[UInt8]]) -> JSONValue { .array(names.map(text)) }

    private static func text(_ name: [UInt8]) -> JSONValue {
        .string(String(decoding: name, as: UTF8.self))
    }

    /// The settings of [model] that the stream works under.
    ///
    /// inputs: exogenous ones of the stream.
    static func model(_ model: ModelConfiguration, inputs: Int = 0) -> JSONValue {
        let range = model.dataRange
        return [
            "cell": .string("\(model.cell)"), "activation": .string("\(model.activation)"),
            "hidden": .integer(Int64(model.hidden)), "window": .integer(Int64(model.window)),
            "stride": .integer(Int64(model.stride)), "optimizer": .string("\(model.optimizer)"),
            "learning_rate": .number(model.learningRate),
            "clip_norm": model.clipNorm.isFinite ? .number(model.clipNorm) : 0,
            "weight_decay": .number(model.weightDecay), "dropout": .number(model.dropout),
            "initial_weights": .string("\(model.initialWeights)"),
            "weights": .string("\(model.weights)"),
            "experts": .array(model.activeExperts(inputs: inputs).map { .string($0.rawValue) }),
            "loss": .string("\(model.loss)"),
            "period": model.period.map { .integer(Int64($0)) } ?? "auto",
            "horizon": .integer(Int64(model.horizon)), "level": .number(model.level),
            "inputs": names(model.inputs),
            "data_range": range.map { [.number($0.lowerBound), .number($0.upperBound)] } ?? [],
        ]
    }
}
