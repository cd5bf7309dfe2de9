package import Series

extension Stream {
    /// The forecast that stands, as it was published for the newest sample; nil before there was
    /// one.
    package var newestForecast: Forecast? {
        guard sequence > 0, let time = clock.last else { return nil }
        var forecast = Forecast()
        forecast.name = name
        forecast.sequence = sequence
        forecast.time = time
        forecast.timeSource = clock.newest == nil ? .arrival : .message
        forecast.nextTime = clock.nextTime
        forecast.level = configuration.level
        forecast.status = status
        forecast.channelNames = channelNames
        forecast.channels = channels.map(\.report)
        fillPath(&forecast)
        return forecast
    }

    /// The same with the forecasts of so many values ahead, whatever the configuration asks for;
    /// without a stream's net where it shares that with others.
    package func newestForecast(horizon: Int) -> Forecast? {
        var (stream, workspace) = (self, Workspace(configuration))
        return stream.newestForecast(horizon: horizon, workspace: &workspace)
    }

    mutating func newestForecast(horizon: Int, workspace: inout Workspace) -> Forecast? {
        guard var forecast = newestForecast else { return nil }
        forecast.path.removeAll()
        guard horizon > 1 else { return forecast }
        forecast.path = steps(horizon: horizon, workspace: &workspace)
        return forecast
    }

    /// The season of each channel in samples, nil where none is known.
    package var periods: [Int?] { channels.map { $0.season.period > 0 ? $0.season.period : nil } }

    /// The same stream with nothing learned; its sequence numbers go on.
    package func reset(engineSeed: UInt64) -> Stream {
        var stream = Stream(
            name: name, hash: StreamName.hash(name.span), engineSeed: engineSeed,
            configuration: configuration, channelNames: channelNames, inputNames: inputNames,
            channelCount: channels.count)
        stream.sequence = sequence
        return stream
    }

    /// The same under the rule's settings, begun with what its history has taught; not where that
    /// ends, for when the next sample comes is not known.
    package func reset(under rule: ModelRule, engineSeed: UInt64) -> Stream {
        var (stream, _) = reset(engineSeed: engineSeed).adapted(
            to: rule.configuration, hash: StreamName.hash(name.span), engineSeed: engineSeed)
        _ = rule.warmStart?.begin(&stream, time: nil, engineSeed: engineSeed)
        return stream
    }
}
