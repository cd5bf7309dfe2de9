import Forecasting
import Foundation
import Series
import Testing

/// States that earlier versions wrote: Golden/state-<format>-<name>.bin. Each goes on as it did
/// then.
///
/// A new format gets files of its own: `UPDATE_GOLDEN=1 swift test -c release --filter GoldenState`
/// writes those that are missing. The ones there are stay for ever; when a change of the code makes
/// this suite fail, old states have become unreadable or mean something else.
@Suite("Golden states")
struct GoldenStateTests {
    /// What was saved, every setting spelled out: the defaults of tomorrow may be others.
    enum Case: String, CaseIterable {
        case usual, channels, inputs, ahead

        /// The first format that has it.
        var since: UInt32 {
            switch self {
            case .usual, .channels: 1
            case .inputs: 4
            case .ahead: 5
            }
        }

        var configuration: ModelConfiguration {
            var configuration = ModelConfiguration()
            let isUsual = self != .channels
            configuration.cell = isUsual ? .gru : .lstmPeephole
            configuration.activation = .tanh
            configuration.hidden = isUsual ? 24 : 5
            configuration.window = isUsual ? 16 : 7
            configuration.stride = 2
            configuration.optimizer = isUsual ? .adam : .momentum
            configuration.learningRate = 0.003
            configuration.initialWeights = .factory
            configuration.clipNorm = isUsual ? 1 : .infinity
            configuration.weightDecay = isUsual ? 0 : 1e-4
            configuration.dropout = isUsual ? 0 : 0.1
            configuration.experts =
                isUsual
                ? [.persistence, .ar2, .ar8, .recurrent, .full, .arx] : [.ar2, .recurrent]
            configuration.loss = isUsual ? .squared : .absolute
            configuration.period = isUsual ? nil : 50
            configuration.fullIsPlain = false
            configuration.dataRange = isUsual ? nil : -50...50
            configuration.level = isUsual ? 0.9 : 0.5
            configuration.horizon = self == .ahead ? 6 : 1
            configuration.inputs = []
            return configuration
        }

        /// Samples before the state was saved, and all of them.
        var counts: (before: Int, all: Int) {
            self == .usual || self == .ahead ? (330, 430) : (150, 250)
        }

        /// A second apart, paths' half an hour, with a value missing, spikes that wait, and a level
        /// that has shifted.
        var series: StateSeries {
            let count = counts.all
            var values = noisySine(count, seed: 41)
            for index in (counts.before - 20)..<count { values[index] += 10 }
            values[counts.before - 1] += 30
            values[counts.before - 60] = .nan
            var series = StateSeries(values)
            let step: Int64 = self == .ahead ? 1800 : 1
            series.times = (0..<count).map { index in
                1_763_692_800_000_000_000 + Int64(index) * step * 1_000_000_000
            }
            if self == .inputs { series.loads = noisySine(count, seed: 43) }
            if self == .channels {
                series.names = ["level", "größe"]
                let others = noisySine(count, seed: 42)
                series.rows = (0..<count).map { [values[$0], 10 * others[$0]] }
            }
            return series
        }
    }

    /// Programs of earlier formats let `full` learn every sample at once, not four by four. What
    /// they saved of least squares is held to the last digits by the case without it.
    private static let firstInBlocks: UInt32 = 6

    private static let states = (1...Forecaster.stateFormat).flatMap { format in
        Case.allCases.filter { $0.since <= format }.map { (format, $0) }
    }

    @Test("of every format go on as they did", arguments: states)
    func goesOn(format: UInt32, state: Case) throws {
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" { try write(state, format) }
        let bytes = [UInt8](try data(state, format, "bin"))
        let expected = try rows(state, format)
        var feed = Feed(state.configuration)
        try #require(try feed.restore(bytes) == .exact(StreamIndex(position: 0)))
        // Nothing is lost or changed by reading it.
        if format == Forecaster.stateFormat { #expect(try feed.snapshot() == bytes) }
        let (before, all) = state.counts
        let series = state.series
        let tolerance =
            format < Self.firstInBlocks && state.configuration.experts.contains(.full) ? 0.1 : 1e-3
        #expect(expected.count == all - before + 1)
        for (row, index) in ((before - 1)..<all).enumerated() {
            // The newest sample once more is answered with the forecast that stands.
            try series.send(index, to: &feed)
            try compare(feed.forecast, expected[row], tolerance: row == 0 ? 1e-9 : tolerance)
        }
    }

    /// The net's single precision differs with the instruction set, so that only the first row is
    /// exact. tolerance: in widths of the interval.
    private func compare(_ forecast: Forecast, _ row: [Double], tolerance: Double) throws {
        let numbers = Self.numbers(forecast)
        try #require(row.count == 1 + numbers.count)
        try #require(Double(forecast.sequence) == row[0])
        for start in stride(from: 0, to: numbers.count, by: 3) {
            let width = numbers[start + 2] - numbers[start + 1]
            for index in start..<(start + 3) {
                let (mine, theirs) = (numbers[index], row[1 + index])
                try #require(abs(mine - theirs) <= tolerance * width, "message \(row[0])")
            }
        }
    }

    /// Mean, lower and upper of each channel, then of each step of its path.
    private static func numbers(_ forecast: Forecast) -> [Double] {
        forecast.channels.flatMap { [$0.mean, $0.lower, $0.upper] }
            + forecast.path.flatMap { [$0.mean, $0.lower, $0.upper] }
    }

    private func rows(_ state: Case, _ format: UInt32) throws -> [[Double]] {
        let text = String(decoding: try data(state, format, "csv"), as: UTF8.self)
        return text.split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",").map { Double($0) ?? .nan }
        }
    }

    private func data(_ state: Case, _ format: UInt32, _ suffix: String) throws -> Data {
        try Data(contentsOf: Self.folder.appending(path: name(state, format, suffix)))
    }

    private func name(_ state: Case, _ format: UInt32, _ suffix: String) -> String {
        "state-\(format)-\(state.rawValue).\(suffix)"
    }

    /// The one in the sources: files written a moment ago are read too.
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Golden")

    private func write(_ state: Case, _ format: UInt32) throws {
        let path = Self.folder.appending(path: name(state, format, "bin"))
        guard !FileManager.default.fileExists(atPath: path.path) else { return }
        let (before, all) = state.counts
        let series = state.series
        var feed = Feed(state.configuration)
        let isLong = state == .channels || state == .ahead
        var text = "sequence,mean,lower,upper" + (isLong ? ",…" : "") + "\n"
        for index in 0..<before { try series.send(index, to: &feed) }
        try Data(try feed.snapshot()).write(to: path)
        for index in (before - 1)..<all {
            try series.send(index, to: &feed)
            let numbers = Self.numbers(feed.forecast)
            text += "\(feed.forecast.sequence)," + numbers.map { "\($0)" }.joined(separator: ",")
            text += "\n"
        }
        try Data(text.utf8).write(to: Self.folder.appending(path: name(state, format, "csv")))
    }
}
