import Forecasting
import Glibc
import Series
import TestSupport

/// A forecaster fed value by value, as the daemon does it: observe, then train.
struct Feed: ~Copyable {
    var forecaster: Forecaster
    private var batch = SampleBatch()
    /// The newest forecast.
    private(set) var forecast = Forecast()
    private(set) var observation = Observation.rejected(.empty)

    init(
        _ configuration: ModelConfiguration = ModelConfiguration(), seed: UInt64 = 1,
        limits: Limits = Limits()
    ) {
        self.init(rules: [ModelRule(configuration: configuration)], seed: seed, limits: limits)
    }

    init(rules: [ModelRule], seed: UInt64 = 1, limits: Limits = Limits()) {
        forecaster = Forecaster(rules: rules, seed: seed, limits: limits)
    }

    /// One sample; returns its forecast, nil when it got none.
    @discardableResult
    mutating func send(
        _ values: [Double], names: [String]? = nil, inputs: KeyValuePairs<String, Double> = [:],
        time: Int64? = nil, arrival: Int64 = 0, stream: String = "s"
    ) throws -> Forecast? {
        try observe(
            values, names: names, inputs: inputs, time: time, arrival: arrival, stream: stream)
        trainIfDue()
        guard case .forecast = observation else { return nil }
        return forecast
    }

    /// The training that the newest sample made due.
    mutating func trainIfDue() {
        if case .forecast(let index, updateIsDue: true) = observation { forecaster.train(index) }
    }

    /// One sample, without its training.
    mutating func observe(
        _ values: [Double], names: [String]? = nil, inputs: KeyValuePairs<String, Double> = [:],
        time: Int64? = nil, arrival: Int64 = 0, stream: String = "s"
    ) throws {
        let bytes = Array(stream.utf8)
        batch.removeAll()
        let name = try batch.addName(bytes.span)
        for (index, value) in values.enumerated() {
            batch.addValue(value)
            if let names { try batch.addChannelName(Array(names[index].utf8).span) }
        }
        for (name, value) in inputs {
            batch.addInput(value, name: try batch.addName(Array(name.utf8).span))
        }
        batch.appendSample(name: name, nameHash: StreamName.hash(bytes.span), time: time)
        observation = forecaster.observe(
            batch.samples[0], in: batch, arrivalTime: arrival, into: &forecast)
    }

    /// The first stream's first channel, as a value of its own.
    func channel() -> ChannelModel {
        forecaster.stream(StreamIndex(position: 0)).channels[0]
    }

    @discardableResult
    mutating func send(
        _ value: Double, time: Int64? = nil, stream: String = "s"
    ) throws -> Forecast? {
        try send([value], time: time, stream: stream)
    }
}

/// The published forecasts of a whole series: `means[t]` was made before `series[t]` was seen.
struct Run {
    var means: [Double] = [.nan]
    var lowers: [Double] = [.nan]
    var uppers: [Double] = [.nan]
    var statuses: [Forecast.Status] = []
    var counters = Counters()

    init(
        _ series: [Double], _ configuration: ModelConfiguration = ModelConfiguration(),
        seed: UInt64 = 1
    ) throws {
        var feed = Feed(configuration, seed: seed)
        for value in series {
            let channel = try feed.send(value)?.channels[0] ?? Forecast.Channel()
            means.append(channel.mean)
            lowers.append(channel.lower)
            uppers.append(channel.upper)
            statuses.append(feed.forecast.status)
        }
        counters = feed.forecaster.counters
    }

    var isFinite: Bool {
        for index in 1..<means.count
        where !(means[index].isFinite && lowers[index].isFinite && uppers[index].isFinite) {
            return false
        }
        return true
    }

    /// Mean |y − forecast| over a range of samples.
    func meanAbsoluteError(_ series: [Double], _ range: Range<Int>) -> Double {
        range.reduce(0) { $0 + abs(series[$1] - means[$1]) } / Double(range.count)
    }

    /// Squared error relative to repeating the last value.
    func relativeSquaredError(_ series: [Double], _ range: Range<Int>) -> Double {
        var (forecast, persistence) = (0.0, 0.0)
        for index in range {
            forecast += pow(series[index] - means[index], 2)
            persistence += pow(series[index] - series[index - 1], 2)
        }
        return forecast / persistence
    }

    /// Share of samples inside their interval.
    func coverage(_ series: [Double], _ range: Range<Int>) -> Double {
        let inside = range.filter { lowers[$0] <= series[$0] && series[$0] <= uppers[$0] }
        return Double(inside.count) / Double(range.count)
    }
}

extension SplitMix64 {
    /// Uniform in 0..<1.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Normal with mean 0 and variance 1 (Box and Muller 1958).
    mutating func normal() -> Double {
        sqrt(-2 * log(1 - uniform())) * cos(2 * .pi * uniform())
    }
}

/// A sine of period 50 and amplitude 1 with normal noise.
func noisySine(_ count: Int, seed: UInt64, noise: Double = 0.3) -> [Double] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { sin(2 * .pi * Double($0) / 50) + noise * generator.normal() }
}

/// Independent normal values.
func whiteNoise(_ count: Int, seed: UInt64) -> [Double] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in generator.normal() }
}

extension ModelConfiguration {
    init(cell: Cell) {
        self.init()
        self.cell = cell
    }

    /// The net from random weights, and persistence, alone.
    static func plain(cell: Cell = .gru) -> Self {
        var configuration = ModelConfiguration(cell: cell)
        configuration.experts = [.persistence, .recurrent]
        configuration.initialWeights = .random
        return configuration
    }
}
