import Forecasting
import Series
import TestSupport
import Testing

/// A fault at sample 1,000: what it does to the 190 samples from the tenth after it.
@Suite("Bad data")
struct BadDataTests {
    private static let start = 1000

    enum Fault: CaseIterable {
        case missing, infinite, spike, negativeSpike, spike10, twoSpikes10, fiveSpikes, stuck, gap50
        case thirtyPercentMissing, shift10

        /// The samples that carry it.
        var length: Int {
            switch self {
            case .missing, .infinite, .spike, .negativeSpike, .spike10, .shift10: 1
            case .twoSpikes10: 2
            case .fiveSpikes: 37
            case .gap50: 50
            case .thirtyPercentMissing: 100
            case .stuck: 300
            }
        }

        func apply(to series: inout [Double]) {
            let range = start..<(start + length)
            let deviation = 0.77
            switch self {
            case .missing, .gap50: for index in range { series[index] = .nan }
            case .infinite: series[start] = .infinity
            case .spike: series[start] = 1e6
            case .negativeSpike: series[start] = -1e6
            case .spike10, .twoSpikes10: for index in range { series[index] += 10 * deviation }
            case .fiveSpikes:
                for index in stride(from: start, to: start + 37, by: 9) { series[index] = 1e6 }
            case .stuck: for index in range { series[index] = series[start - 1] }
            case .thirtyPercentMissing:
                var generator = SplitMix64(seed: 5)
                for index in range where generator.uniform() < 0.3 { series[index] = .nan }
            case .shift10: for index in start..<series.count { series[index] += 10 * deviation }
            }
        }
    }

    @Test(
        "errors 10 to 200 samples after a fault are those of a clean run, nearly",
        arguments: Fault.allCases, [ModelConfiguration.Cell.gru, .elman, .none])
    func recovers(fault: Fault, cell: ModelConfiguration.Cell) throws {
        let ratio = try errorRatio(fault, ModelConfiguration(cell: cell))
        #expect(ratio <= 1.15, "\(fault), \(cell): \(ratio)")
    }

    @Test("so they are with the net and persistence alone", arguments: Fault.allCases)
    func recoversPlain(fault: Fault) throws {
        let ratio = try errorRatio(fault, .plain())
        #expect(ratio <= 1.15, "\(fault): \(ratio)")
    }

    /// The error after the fault over that of the clean run, over three series.
    private func errorRatio(_ fault: Fault, _ configuration: ModelConfiguration) throws -> Double {
        var (faulty, clean) = (0.0, 0.0)
        for seed in 1...3 as ClosedRange<UInt64> {
            let series = noisySine(1600, seed: seed)
            let reference = try Run(series, configuration)
            var damaged = series
            fault.apply(to: &damaged)
            let run = try Run(damaged, configuration)
            #expect(run.isFinite, "\(fault), seed \(seed)")
            let after = Self.start + fault.length
            faulty += run.meanAbsoluteError(damaged, (after + 9)..<(after + 199))
            clean += reference.meanAbsoluteError(series, (after + 9)..<(after + 199))
            #expect(run.counters.recoveries == 0)
        }
        return faulty / clean
    }

    @Test("a missing value is stale, forecast and not learned")
    func missing() throws {
        var feed = Feed()
        for value in noisySine(500, seed: 1) { try feed.send(value) }
        #expect(feed.forecast.status == .ok)
        let before = feed.forecaster.counters
        let forecast = try #require(try feed.send(.nan))
        let channel = forecast.channels[0]
        #expect(channel.value.isNaN && channel.residual.isNaN && channel.anomalyScore.isNaN)
        #expect(
            channel.mean.isFinite && channel.lower < channel.mean && channel.mean < channel.upper)
        #expect(forecast.status == .stale && forecast.sequence == 501)
        #expect(feed.forecaster.counters.missing == before.missing + 1)
        #expect(try feed.send(0)?.status == .ok)
    }

    @Test("missing values before the first one get no forecast and no number")
    func leadingMissing() throws {
        var feed = Feed()
        for _ in 0..<3 { #expect(try feed.send(.nan) == nil) }
        #expect(feed.observation == .rejected(.noValueYet))
        let forecast = try #require(try feed.send(4))
        #expect(forecast.sequence == 1 && forecast.channels[0].mean == 4)
        #expect(forecast.status == .warming)
    }

    @Test("a stuck sensor is stale until it moves")
    func stuck() throws {
        var feed = Feed()
        for value in noisySine(500, seed: 1) { try feed.send(value) }
        var statuses: [Forecast.Status] = []
        for _ in 0..<50 { statuses.append(try feed.send(0.25)?.status ?? .ok) }
        #expect(statuses[5] == .ok && statuses[20...].allSatisfy { $0 == .stale })
        #expect(feed.forecast.channels[0].mean == 0.25)
        #expect(try feed.send(0.5)?.status == .ok)
    }

    @Test("an outlier in the first samples spoils no more than those")
    func coldStart() throws {
        let series = noisySine(600, seed: 2)
        let clean = try Run(series)
        for position in [0, 10] {
            var damaged = series
            damaged[position] = 1e6
            let run = try Run(damaged)
            let ratio =
                run.meanAbsoluteError(series, 17..<200) / clean.meanAbsoluteError(series, 17..<200)
            #expect(run.isFinite)
            #expect(ratio < 1.15, "outlier at \(position): \(ratio)")
        }
    }

    @Test("values set aside or missing teach the scales nothing")
    func masked() throws {
        var feed = Feed()
        for value in noisySine(500, seed: 1) { try feed.send(value) }
        let before = feed.channel()
        for value in [.nan, 1e6, .nan] { try feed.send(value) }
        let after = feed.channel()
        #expect(after.scaler == before.scaler && after.accepted == before.accepted)
        #expect(after.history.count == before.history.count + 3)
        #expect(abs(after.history[back: 1]) < 2)
        #expect(feed.forecaster.counters.suspects == 1)
    }

    @Test("a level shift takes the history along")
    func shiftedHistory() throws {
        var feed = Feed()
        var series = noisySine(503, seed: 3)
        for position in 500..<503 { series[position] += 100 }
        for value in series { try feed.send(value) }
        let channel = feed.channel()
        for back in 0..<503 { #expect(abs(channel.history[back: back] - 100) < 4) }
        #expect(abs(channel.scaler.mean - 100) < 2)
        for back in 0..<3 { #expect(channel.history[back: back] == series[502 - back]) }
    }

    @Test("a level shift is followed and counted")
    func levelShift() throws {
        var series = noisySine(1200, seed: 3)
        for index in 1000..<1200 { series[index] += 10 }
        let run = try Run(series)
        #expect(run.counters.drifts[.level] == 1 && run.counters.suspects == 2)
        #expect(run.meanAbsoluteError(series, 1003..<1100) < 0.4)
    }

    @Test("values outside of the range that is set are missing, in any channel, and counted")
    func dataRange() throws {
        var configuration = ModelConfiguration()
        configuration.dataRange = -2...3
        var feed = Feed(rules: [ModelRule(pattern: "pump", configuration: configuration)])
        for value in [-2, 3, 3.001, -2.001] {
            let forecast = try #require(try feed.send([value, 1], stream: "pump"))
            #expect(forecast.channels[0].value.isNaN == (abs(value - 0.5) > 2.5))
            #expect(forecast.channels[0].mean.isFinite && forecast.channels[1].value == 1)
        }
        #expect(feed.forecaster.counters.outOfRange == 2 && feed.forecaster.counters.missing == 2)
        #expect(try feed.send(1e9, stream: "other")?.channels[0].value == 1e9)
        #expect(feed.forecaster.counters.outOfRange == 2)
    }

    @Test("one spike hardly shows in the scores of the message")
    func scores() throws {
        let series = noisySine(1200, seed: 6)
        var feed = Feed()
        var twin = Feed()
        for (index, value) in series.enumerated() {
            try feed.send(index == 1000 || index == 3 ? 1e6 : value)
            try twin.send(value)
        }
        let (spiked, clean) = (feed.forecast.channels[0], twin.forecast.channels[0])
        #expect(spiked.meanAbsoluteError < 1.1 * clean.meanAbsoluteError)
        #expect(abs(spiked.scaledError / clean.scaledError - 1) < 0.1)
    }
}
