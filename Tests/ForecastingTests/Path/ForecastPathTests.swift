import Forecasting
import Glibc
import Series
import TestSupport
import Testing

@Suite("Forecasts of several values ahead")
struct ForecastPathTests {
    private static func configuration(horizon: Int) -> ModelConfiguration {
        var configuration = ModelConfiguration()
        configuration.horizon = horizon
        return configuration
    }

    /// By sample, then by horizon: what was forecast with it.
    private static func paths(_ series: [Double], horizon: Int) throws -> [[Forecast.Step]] {
        var feed = Feed(configuration(horizon: horizon))
        return try series.map { try #require(try feed.send($0)).path }
    }

    @Test("a clean sine is known a whole period ahead")
    func sine() throws {
        let series = (0..<1250).map { sin(Double($0) * 2 * .pi / 50) }
        let paths = try Self.paths(series, horizon: 50)
        for t in 1100..<1200 {
            for ahead in 1...50 {
                let mean = paths[t][ahead - 1].mean
                try #require(abs(mean - series[t + ahead]) < 0.05, "\(ahead) after \(t)")
            }
        }
    }

    @Test("a path that leads nowhere is taken back to the newest value")
    func trust() throws {
        // What goes on after one sample does not for 12.
        for seed in 1...3 as ClosedRange<UInt64> {
            var generator = SplitMix64(seed: seed)
            var (level, change, walk) = (0.0, 0.0, [Double]())
            for _ in 0..<3000 {
                change = 0.6 * change + generator.normal()
                level += change - 0.02 * level
                walk.append(level)
            }
            let paths = try Self.paths(walk, horizon: 12)
            var (squares, persistence) = (0.0, 0.0)
            for t in 1000..<2988 {
                let error = paths[t][11].mean - walk[t + 12]
                squares += error * error
                persistence += (walk[t] - walk[t + 12]) * (walk[t] - walk[t + 12])
            }
            #expect(squares < 1.03 * persistence, "seed \(seed)")
        }
    }

    @Test("how far a path is believed is least squares on what came of it")
    func least() {
        var generator = SplitMix64(seed: 9)
        var scale = PathScale(level: 0.9)
        #expect(scale.loop.share == 1)
        for _ in 0..<20_000 {
            let step = generator.normal()
            let truth = 0.4 * step + generator.normal()
            scale.learn(step: step, truth: truth)
            scale.learn(error: truth - step, halfWidth: 1)
        }
        // 0.4 and 100 of 4,000 steps that were right: (100/4000 + .4)/(100/4000 + 1).
        #expect(abs(scale.loop.share - 0.4146) < 0.05)
        for _ in 0..<40_000 {
            scale.learn(step: 1, truth: -1)
            scale.learn(error: -2, halfWidth: 1)
        }
        #expect(scale.loop.share == 0)
    }

    @Test("a step too large to square says nothing of how far a path is believed")
    func enormous() {
        var scale = PathScale(level: 0.9)
        scale.learn(step: 1e200, truth: 1)
        scale.learn(step: 1, truth: -1e200)
        #expect(scale.loop.share == 1)
        for _ in 0..<5000 { scale.learn(step: 1, truth: 0) }
        #expect(scale.loop.share < 0.1)
    }

    @Test("intervals hold what they should at every horizon, and never get narrower further on")
    func intervals() throws {
        var generator = SplitMix64(seed: 3)
        var (level, walk) = (0.0, [Double]())
        for t in 0..<4000 {
            level += 0.1 * generator.normal()
            walk.append(level + sin(Double(t) * 2 * .pi / 30) + 0.1 * generator.normal())
        }
        let horizon = 12
        let paths = try Self.paths(walk, horizon: horizon)
        for ahead in [1, 6, 12] {
            let inside = (500..<(4000 - ahead)).filter { t in
                let step = paths[t][ahead - 1]
                return step.lower <= walk[t + ahead] && walk[t + ahead] <= step.upper
            }
            let coverage = Double(inside.count) / Double(3500 - ahead)
            #expect((0.85...0.95).contains(coverage), "\(coverage) at \(ahead)")
        }
        for path in paths {
            for (step, next) in zip(path, path.dropFirst()) {
                try #require(step.upper - step.lower <= (next.upper - next.lower) * (1 + 1e-9))
            }
        }
    }

    @Test("what is forecast of the next value does not depend on how far it goes on")
    func nextValue() throws {
        var series = noisySine(700, seed: 9)
        series[300] += 25
        for index in 400..<430 { series[index] = .nan }
        for index in 500..<700 { series[index] += 12 }
        var short = Feed()
        var long = Feed(Self.configuration(horizon: 7))
        for value in series {
            let expected = try #require(try short.send(value))
            let forecast = try #require(try long.send(value))
            #expect(expected.path.isEmpty)
            try #require(forecast.channels.map { "\($0)" } == expected.channels.map { "\($0)" })
            try #require(forecast.path.count == 7 && forecast.horizon == 7)
            let (first, next) = (forecast.path[0], forecast.channels[0])
            try #require(
                first.mean == next.mean && first.lower == next.lower && first.upper == next.upper)
            for step in forecast.path {
                try #require(step.mean.isFinite && step.lower.isFinite && step.upper.isFinite)
            }
        }
    }

    @Test("it is within a tenth of the range of the last thousand values")
    func range() throws {
        var series = (0..<300).map { Double($0) }
        series += [299, 299, 299]
        for path in try Self.paths(series, horizon: 256).dropFirst(50) {
            for step in path { try #require((-30...330).contains(step.mean)) }
        }
    }

    @Test("each channel has its own, one behind the other")
    func channels() throws {
        let (first, second) = (noisySine(300, seed: 1), noisySine(300, seed: 2))
        var together = Feed(Self.configuration(horizon: 4))
        for index in first.indices { try together.send([first[index], 100 + second[index]]) }
        let forecast = together.forecast
        try #require(forecast.path.count == 8)
        for channel in 0..<2 {
            #expect(forecast.path[4 * channel].mean == forecast.channels[channel].mean)
        }
        #expect(forecast.path[3].mean < 50 && forecast.path[4].mean > 50)
    }

    @Test("on demand it is the same, and goes further")
    func onDemand() throws {
        var feed = Feed(Self.configuration(horizon: 5))
        for value in noisySine(400, seed: 6) { try feed.send(value) }
        let stream = StreamIndex(position: 0)
        var bits: [[UInt8]] = []
        for _ in 0..<2 {
            var bytes: [UInt8] = []
            feed.forecaster.snapshot(of: stream, into: &bytes)
            bits.append(bytes)
            let answer = feed.forecaster.newestForecast(of: stream, horizon: 9)
            let far = try #require(answer).path
            try #require(far.count == 9)
            for (index, step) in feed.forecast.path.enumerated() {
                #expect(abs(far[index].mean - step.mean) < 1e-3 * (step.upper - step.lower))
                #expect(
                    abs((far[index].upper - far[index].lower) - (step.upper - step.lower)) < 1e-9)
            }
            for (step, next) in zip(far, far.dropFirst()) {
                #expect(step.upper - step.lower <= (next.upper - next.lower) * (1 + 1e-9))
            }
        }
        #expect(bits[0] == bits[1], "asking changes nothing")
    }

    @Test("a longer horizon keeps what the shorter one has learned")
    func changed() throws {
        var feed = Feed(Self.configuration(horizon: 6))
        for value in noisySine(400, seed: 6) { try feed.send(value) }
        let old = try #require(feed.channel().path)
        let rules = [ModelRule(configuration: Self.configuration(horizon: 9))]
        feed.forecaster.change(rules: rules, limits: Limits())
        try feed.send(0.5)
        let new = try #require(feed.channel().path)
        #expect(new.horizon == 9)
        for index in 1..<6 {
            let ratio = new.halfWidths[index] / old.halfWidths[index]
            #expect((0.9...1.1).contains(ratio), "\(ratio) at \(index + 1)")
        }
    }
}
