import Forecasting
import Series
import TestSupport
import Testing

/// Many streams: each as if it were alone.
@Suite("Forecaster")
struct ForecasterTests {
    @Test("interleaved streams get, bit for bit, what each gets alone")
    func interleaved() throws {
        let names = (0..<7).map { "plant/sensor\($0)" }
        let series = (0..<7).map { noisySine(300, seed: UInt64($0)) }
        var together: [[Forecast]] = Array(repeating: [], count: 7)
        var feed = Feed()
        for index in 0..<300 {
            for stream in 0..<7 where (index + stream) % 5 != 0 {
                let value = series[stream][index]
                together[stream].append(try #require(try feed.send(value, stream: names[stream])))
            }
        }
        for stream in (0..<7).reversed() {
            var alone = Feed()
            var forecasts: [Forecast] = []
            for index in 0..<300 where (index + stream) % 5 != 0 {
                let value = series[stream][index]
                forecasts.append(try #require(try alone.send(value, stream: names[stream])))
            }
            #expect(bits(forecasts) == bits(together[stream]), "\(names[stream])")
        }
    }

    @Test("the same feed gives the same bits again, another seed others")
    func deterministic() throws {
        let series = noisySine(400, seed: 8)
        func run(seed: UInt64) throws -> [UInt64] {
            try Run(series, .plain(), seed: seed).means.map(\.bitPattern)
        }
        #expect(try run(seed: 1) == run(seed: 1))
        #expect(try run(seed: 1) != run(seed: 2))
    }

    @Test(
        "equal series under different names start from different random weights, or the factory's",
        arguments: ModelConfiguration.InitialWeights.allCases)
    func seedsByName(start: ModelConfiguration.InitialWeights) throws {
        var configuration = ModelConfiguration()
        configuration.initialWeights = start
        var feed = Feed(configuration)
        var differ = false
        for value in noisySine(100, seed: 8) {
            let one = try #require(try feed.send(value, stream: "a"))
            let other = try #require(try feed.send(value, stream: "b"))
            if one.channels[0].mean != other.channels[0].mean { differ = true }
        }
        #expect(differ == (start == .random))
    }

    @Test("a new stream past the limit is refused, the others go on")
    func limit() throws {
        var limits = Limits()
        limits.maxStreams = 2
        var feed = Feed(limits: limits)
        #expect(try feed.send(1, stream: "a") != nil)
        #expect(try feed.send(1, stream: "b") != nil)
        #expect(try feed.send(1, stream: "c") == nil)
        #expect(feed.observation == .rejected(.tooManyStreams))
        #expect(feed.forecaster.counters[.tooManyStreams] == 1)
        #expect(try feed.send(1, stream: "a")?.sequence == 2)
        #expect(feed.forecaster.streamCount == 2)
    }

    @Test("names are found again among thousands, and equal hashes are told apart")
    func table() throws {
        var table = StreamTable()
        let names = (0..<5000).map { Array("s\($0)".utf8) }
        for (index, name) in names.enumerated() {
            let hash = index % 3 == 0 ? 42 : StreamName.hash(name.span)
            #expect(table.index(of: name.span, hash: hash) == nil)
            #expect(table.insert(name, hash: hash) == index)
        }
        for (index, name) in names.enumerated() {
            let hash = index % 3 == 0 ? 42 : StreamName.hash(name.span)
            #expect(table.index(of: name.span, hash: hash) == index)
            #expect(table.candidate(hash: hash) == (index % 3 == 0 ? 0 : index))
        }
        #expect(table.candidate(hash: 43) == nil)
        #expect(table.count == 5000)
    }

    @Test("the residual is the value minus the forecast published before it")
    func residual() throws {
        var feed = Feed()
        var previous: Forecast?
        for value in noisySine(300, seed: 9) {
            let forecast = try #require(try feed.send(value))
            if let before = previous?.channels[0] {
                let channel = forecast.channels[0]
                let half = (before.upper - before.lower) / 2
                try #require(channel.residual == value - before.mean)
                if half > 0 {
                    let score = abs(channel.residual) / half
                    try #require(abs(channel.anomalyScore - score) < 1e-6 * score)
                }
            } else {
                #expect(forecast.channels[0].residual.isNaN)
            }
            previous = forecast
        }
    }

    @Test("the running errors are those of the forecasts and of persistence")
    func runningErrors() throws {
        let series = noisySine(300, seed: 9)
        var feed = Feed()
        var means: [Double] = []
        for value in series { means.append(try #require(try feed.send(value)).channels[0].mean) }
        var (error, persistence) = (0.0, 0.0)
        for index in 1..<300 {
            error += abs(series[index] - means[index - 1]) / 299
            persistence += abs(series[index] - series[index - 1]) / 299
        }
        let channel = feed.forecast.channels[0]
        #expect(abs(channel.meanAbsoluteError - error) < 1e-9)
        #expect(abs(channel.scaledError - error / persistence) < 1e-9)
    }

    @Test("a stream is warming for 64 samples, then ok")
    func warming() throws {
        let statuses = try Run(noisySine(200, seed: 1)).statuses
        #expect(statuses[..<63].allSatisfy { $0 == .warming })
        #expect(statuses[63...].allSatisfy { $0 == .ok })
    }

    private func bits(_ forecasts: [Forecast]) -> [[UInt64]] {
        forecasts.map { forecast in
            forecast.channels.flatMap {
                [$0.mean, $0.lower, $0.upper, $0.residual, $0.anomalyScore, $0.scaledError]
                    .map(\.bitPattern)
            } + [forecast.sequence, UInt64(forecast.status.rawValue)]
        }
    }
}
