import Forecasting
import Series
import TestSupport
import Testing

extension Feed {
    /// The state of the stream "s", or another one.
    func snapshot(of stream: String = "s") throws -> [UInt8] {
        let name = Array(stream.utf8)
        let found = forecaster.index(of: name.span)
        let index = try #require(found)
        var bytes: [UInt8] = []
        forecaster.snapshot(of: index, into: &bytes)
        return bytes
    }

    /// Where the stream of that name is.
    func index(of name: [UInt8]) -> Int? { forecaster.index(of: name.span)?.position }

    /// Positions of the streams that differ from their last snapshots.
    var changed: [Int] { forecaster.changedStreams.map(\.position) }

    @discardableResult
    mutating func restore(_ bytes: [UInt8], stream: String = "s") throws -> Restored {
        let name = Array(stream.utf8)
        return unsafe try forecaster.restore(name: name.span, from: bytes.span.bytes)
    }
}

/// Every number of a forecast, bit by bit.
func allBits(_ forecast: Forecast) -> [UInt64] {
    var bits = [
        forecast.sequence, UInt64(bitPattern: forecast.time),
        UInt64(bitPattern: forecast.nextTime ?? -1), UInt64(forecast.timeSource.rawValue),
        UInt64(forecast.status.rawValue), forecast.level.bitPattern,
    ]
    for channel in forecast.channels {
        for number in [
            channel.value, channel.mean, channel.lower, channel.upper, channel.residual,
            channel.anomalyScore, channel.meanAbsoluteError, channel.scaledError,
        ] { bits.append(number.isNaN ? .max : number.bitPattern) }
    }
    for step in forecast.path {
        bits += [step.mean.bitPattern, step.lower.bitPattern, step.upper.bitPattern]
    }
    return bits
}

/// What a stream is sent.
struct StateSeries {
    /// By sample, then by channel.
    var rows: [[Double]]
    var names: [String]?
    /// By sample, of the exogenous input `load`; none has it when there are none.
    var loads: [Double] = []
    /// Nanoseconds, or nil for samples without.
    var times: [Int64]?

    init(_ values: [Double]) { rows = values.map { [$0] } }

    /// A second apart or nearly; two gaps, a clock that goes back, and late samples among them.
    init(timed values: [Double], seed: UInt64) {
        self.init(values)
        var generator = SplitMix64(seed: seed)
        var now: Int64 = 1_700_000_000_000_000_000
        times = values.indices.map { index in
            now += 1_000_000_000 + Int64(generator.uniform() * 1e6)
            if index == 300 || index == 500 { now += 40_000_000_000 }
            if index == 420 { now -= 500_000_000_000 }
            return generator.uniform() < 0.02 ? now - 5_000_000_000 : now
        }
    }

    func send(_ index: Int, to feed: inout Feed) throws {
        try observe(index, in: &feed)
        feed.trainIfDue()
    }

    func observe(_ index: Int, in feed: inout Feed) throws {
        try feed.observe(
            rows[index], names: names, inputs: loads.isEmpty ? [:] : ["load": loads[index]],
            time: times?[index], arrival: Int64(index) * 7)
    }
}
