import Forecasting
import Series
import TestSupport
import Testing

@Suite("A warm start")
struct WarmStartTests {
    private static let second: Int64 = 1_000_000_000
    private static let start: Int64 = 1_700_000_000 * second

    /// A season of 24 samples and noise, 800 values.
    private let values: [Double] = {
        var random = SplitMix64(seed: 71)
        return (0..<800).map { index in
            let wave = [0, 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5][index % 24 / 2]
            return Double(wave) + 0.3 * (random.uniform() - 0.5)
        }
    }()

    private static func time(_ index: Int) -> Int64 { start + Int64(index) * second }

    private static func rules(_ warmStart: WarmStart?) -> [ModelRule] {
        [ModelRule(warmStart: warmStart)]
    }

    /// The stream "s" after the first 500 values.
    private func model(_ configuration: ModelConfiguration = ModelConfiguration()) throws -> Stream
    {
        var feed = Feed(configuration)
        for index in 0..<500 { try feed.send(values[index], time: Self.time(index)) }
        return feed.forecaster.stream(StreamIndex(position: 0))
    }

    /// The forecasts of values from 500 on, made a·x + b, under a name, so many seconds late.
    private func forecasts(
        _ warmStart: WarmStart?, name: String = "s", late: Int = 0, times: Bool = true,
        scaledBy a: Double = 1, plus b: Double = 0
    ) throws -> [Forecast] {
        var feed = Feed(rules: Self.rules(warmStart))
        var forecasts: [Forecast] = []
        for index in 500..<values.count {
            let time = times ? Self.time(index + late) : nil
            let forecast = try feed.send(a * values[index] + b, time: time, stream: name)
            forecasts.append(try #require(forecast))
        }
        return forecasts
    }

    private func bits(_ forecasts: [Forecast]) -> [UInt64] {
        forecasts.flatMap {
            var forecast = $0
            forecast.sequence = 0
            return allBits(forecast)
        }
    }

    /// Σ of the squared errors of the first 200 forecasts.
    private func error(_ forecasts: [Forecast], scaledBy a: Double = 1, plus b: Double = 0)
        -> Double
    {
        (0..<200).reduce(0) { sum, index in
            let error = (forecasts[index].channels[0].mean - b) / a - values[501 + index]
            return sum + error * error
        }
    }

    @Test("the stream of that name goes on where the history ends, bit by bit")
    func continued() throws {
        var feed = Feed()
        var whole: [Forecast] = []
        for index in values.indices {
            let forecast = try feed.send(values[index], time: Self.time(index))
            if index >= 500 { whole.append(try #require(forecast)) }
        }
        let continued = try forecasts(WarmStart(forAll: model()))
        #expect(bits(continued) == bits(whole))
        #expect(continued[0].sequence == 1)
        let byName = try forecasts(WarmStart(byName: [model()]))
        #expect(bits(byName) == bits(whole))
    }

    @Test("a gap after the history is bridged as any other")
    func gap() throws {
        let warmStart = try WarmStart(forAll: model())
        let afterGap = try forecasts(warmStart, late: 240)
        #expect(error(afterGap) < 1.2 * error(try forecasts(warmStart)))
        // Farther away it is another series.
        let far = try forecasts(warmStart, late: 2000)
        #expect(bits(far.map(withoutTime)) == bits(try cold(warmStart).map(withoutTime)))
    }

    private func withoutTime(_ forecast: Forecast) -> Forecast {
        var forecast = forecast
        (forecast.time, forecast.nextTime) = (0, nil)
        return forecast
    }

    /// Without the history's own past.
    private func cold(_ warmStart: WarmStart) throws -> [Forecast] {
        try forecasts(warmStart, late: -100_000)
    }

    @Test("other names, earlier times and no times begin with what holds for any series")
    func warm() throws {
        let warmStart = try WarmStart(forAll: model())
        let nothing = error(try forecasts(nil))
        let early = try cold(warmStart)
        #expect(error(early) < 0.8 * nothing)
        let untimed = try forecasts(warmStart, times: false)
        #expect(
            bits(untimed.map(withoutTime).map(withMessageTime))
                == bits(early.map(withoutTime)))
        #expect(error(try forecasts(warmStart, name: "t")) < 0.8 * nothing)
    }

    private func withMessageTime(_ forecast: Forecast) -> Forecast {
        var forecast = forecast
        forecast.timeSource = .message
        return forecast
    }

    @Test("unit and level of a series do not matter")
    func unitAndLevel() throws {
        let warmStart = try WarmStart(forAll: model())
        let plain = error(try forecasts(warmStart, name: "t"))
        let (a, b) = (4096.0, 1_000_000.0)
        let higher = try forecasts(warmStart, name: "t", plus: b)
        #expect(abs(error(higher, plus: b) / plain - 1) < 1e-4)
        let nothing = error(try forecasts(nil, scaledBy: a), scaledBy: a)
        let larger = try forecasts(warmStart, name: "t", scaledBy: a)
        #expect(error(larger, scaledBy: a) < 0.8 * nothing)
    }

    @Test("by name, other streams begin with nothing")
    func byName() throws {
        let warmStart = try WarmStart(byName: [model()])
        let other = try forecasts(warmStart, name: "t")
        #expect(bits(other) == bits(try forecasts(nil, name: "t")))
    }

    @Test("a stream of more channels begins with nothing")
    func channels() throws {
        func run(_ warmStart: WarmStart?) throws -> [UInt64] {
            var feed = Feed(rules: Self.rules(warmStart))
            return try (500..<600).flatMap { index in
                let row = [values[index], values[index - 3]]
                return allBits(try #require(try feed.send(row, time: Self.time(index))))
            }
        }
        #expect(try run(WarmStart(forAll: model())) == run(nil))
    }

    @Test("a stream begins with what channels of the same names, in the same order, have learned")
    func channelNames() throws {
        func send(_ index: Int, _ names: [String], to feed: inout Feed) throws -> [UInt64] {
            let row = [values[index], values[index - 3]]
            return allBits(
                try #require(try feed.send(row, names: names, time: Self.time(index))))
        }
        var taught = Feed()
        for index in 3..<300 { _ = try send(index, ["a", "b"], to: &taught) }
        let warmStart = WarmStart(forAll: taught.forecaster.stream(StreamIndex(position: 0)))
        func run(_ warmStart: WarmStart?, _ names: [String]) throws -> [UInt64] {
            var feed = Feed(rules: Self.rules(warmStart))
            return try (500..<550).flatMap { try send($0, names, to: &feed) }
        }
        #expect(try run(warmStart, ["a", "b"]) != run(nil, ["a", "b"]))
        #expect(try run(warmStart, ["b", "a"]) == run(nil, ["b", "a"]))
    }

    @Test("a stream with other exogenous inputs, or another number of them, begins with nothing")
    func inputs() throws {
        func send(_ index: Int, _ names: [String], to feed: inout Feed) throws -> [UInt64] {
            let row: KeyValuePairs<String, Double> =
                switch names.count {
                case 0: [:]
                case 1: [names[0]: values[index - 1]]
                default: [names[0]: values[index - 1], names[1]: values[index - 2]]
                }
            return allBits(
                try #require(
                    try feed.send([values[index]], inputs: row, time: Self.time(index))))
        }
        var taught = Feed()
        for index in 3..<300 { _ = try send(index, ["load"], to: &taught) }
        let warmStart = WarmStart(forAll: taught.forecaster.stream(StreamIndex(position: 0)))
        func run(_ warmStart: WarmStart?, _ names: [String]) throws -> [UInt64] {
            var feed = Feed(rules: Self.rules(warmStart))
            return try (500..<550).flatMap { try send($0, names, to: &feed) }
        }
        #expect(try run(warmStart, ["load"]) != run(nil, ["load"]))
        for names in [[], ["wind"], ["load", "wind"]] {
            #expect(try run(warmStart, names) == run(nil, names), "\(names)")
        }
    }

    @Test("a shared net that begins with a file's learns by the settings here")
    func sharedSettings() throws {
        var configuration = ModelConfiguration()
        configuration.weights = .shared
        configuration.optimizer = .sgd
        let warmStart = WarmStart(forAll: try model())
        let rule = ModelRule(configuration: configuration, warmStart: warmStart)
        var feed = Feed(rules: [rule])
        for index in 0..<60 { try feed.send(values[index], stream: "t") }
        let partition = StreamPartition.of(name: Array("t".utf8))
        let net = try #require(feed.forecaster.nets(of: partition).first)
        var bytes: [UInt8] = []
        feed.forecaster.snapshot(of: net, into: &bytes)
        var restored = Feed(rules: [rule])
        let isTaken = unsafe try restored.forecaster.restoreNet(
            pattern: Array("*".utf8), partition: partition, from: bytes.span.bytes)
        #expect(isTaken)
    }

    @Test("new streams are counted by what they began with")
    func counted() throws {
        var feed = Feed(rules: Self.rules(try WarmStart(forAll: model())))
        try feed.send([1, 2], stream: "two")
        try feed.send(1, time: Self.time(500), stream: "s")
        for name in ["a", "b"] { try feed.send(1, time: Self.time(500), stream: name) }
        let counters = feed.forecaster.counters
        #expect(counters[.cold] == 1 && counters[.warm] == 2 && counters[.continued] == 1)
        var nothing = Feed()
        try nothing.send(1)
        let cold = nothing.forecaster.counters[.cold]
        #expect(cold == 1)
    }

    @Test("a net that streams share begins with the file's")
    func shared() throws {
        let model = try model()
        var configuration = ModelConfiguration()
        configuration.weights = .shared
        for (warmStart, isTaught) in [
            (WarmStart(forAll: model), true), (WarmStart(byName: [model]), false),
        ] {
            let rule = ModelRule(configuration: configuration, warmStart: warmStart)
            var feed = Feed(rules: [rule])
            try feed.send(1, stream: "t")
            let net = feed.forecaster.net(of: StreamIndex(position: 0))
            #expect((net?.parameters == model.channels[0].netParameters) == isTaught)
        }
    }

    @Test("the taught season stands until the series can tell its own")
    func season() throws {
        var history = Feed()
        for index in 0..<500 {
            // Each value twice: a season of 48 samples.
            try history.send(values[index / 2] + 0.01 * Double(index % 2), time: Self.time(index))
        }
        let model = history.forecaster.stream(StreamIndex(position: 0))
        #expect(model.periods == [48])
        var feed = Feed(rules: Self.rules(WarmStart(forAll: model)))
        var random = SplitMix64(seed: 72)
        var periods: [Int?] = []
        for index in 0..<600 {
            try feed.send(random.uniform(), time: Self.time(index))
            periods.append(feed.forecaster.period(of: StreamIndex(position: 0), channel: 0))
        }
        // Searches come after 64, 96 and 128 values; fewer than 101 are too few to find 48. Noise
        // has none in the end.
        #expect(periods[..<127].allSatisfy { $0 == 48 })
        #expect(periods[127] != 48 && periods[599] == nil)
    }

    @Test(
        "each expert begins with what it has learned",
        arguments: [Expert.ar2, .ar8, .full, .recurrent])
    func experts(expert: Expert) throws {
        var configuration = ModelConfiguration()
        configuration.cell = expert == .recurrent ? .gru : .none
        configuration.experts = [.persistence, expert]
        let model = try model(configuration)
        for warmStart in [nil, WarmStart(forAll: model)] {
            var feed = Feed(rules: [ModelRule(configuration: configuration, warmStart: warmStart)])
            try feed.send(values[500])
            let forecast = try feed.send(values[501])
            // Without weights, or with a readout of 0, it says what persistence says.
            let isPersistence = forecast?.channels[0].mean == values[501]
            #expect(isPersistence == (warmStart == nil))
        }
    }

    @Test("a stream that began warm is restored to the bit")
    func restored() throws {
        var feed = Feed(rules: Self.rules(try WarmStart(forAll: model())))
        for index in 500..<620 { try feed.send(values[index]) }
        let state = try feed.snapshot()
        var restored = Feed()
        #expect(try restored.restore(state) == .exact(StreamIndex(position: 0)))
        for index in 620..<700 {
            let (a, b) = (try feed.send(values[index]), try restored.send(values[index]))
            try #require(allBits(try #require(a)) == allBits(try #require(b)))
        }
    }

    @Test("a stream that is reset begins with it anew, and its sequence numbers go on")
    func reset() throws {
        let rules = Self.rules(try WarmStart(forAll: model()))
        // One that went on where the history ends, and one of another name.
        for name in ["s", "t"] {
            var feed = Feed(rules: rules)
            for index in 500..<600 {
                try feed.send(values[index], time: Self.time(index), stream: name)
            }
            feed.forecaster.reset(StreamIndex(position: 0))
            var fresh = Feed(rules: rules)
            var cold = Feed()
            for index in 5000..<5060 {
                let (value, time) = (values[index % 800], Self.time(index))
                var forecast = try #require(try feed.send(value, time: time, stream: name))
                let anew = try #require(try fresh.send(value, time: time, stream: name))
                let nothing = try #require(try cold.send(value, time: time, stream: name))
                try #require(forecast.sequence == anew.sequence + 100)
                forecast.sequence = anew.sequence
                try #require(allBits(forecast) == allBits(anew))
                // The first value is a forecast of no difference to either.
                try #require(index == 5000 || allBits(forecast) != allBits(nothing))
            }
        }
    }

    @Test("settings that decide the shape must be those of the history")
    func misfits() throws {
        var changes: [(WarmStart.Setting?, (inout ModelConfiguration) -> Void)] = []
        changes.append((nil, { $0.window = 8 }))
        changes.append((nil, { $0.level = 0.5 }))
        changes.append((nil, { $0.weights = .shared }))
        changes.append((.cell, { $0.cell = .lstm }))
        changes.append((.cell, { $0.cell = .none }))
        changes.append((.hidden, { $0.hidden = 23 }))
        changes.append((.experts, { $0.experts.remove(.ar2) }))
        changes.append((.inputs, { $0.inputs = [Array("outside".utf8)] }))
        let warmStart = try WarmStart(forAll: model())
        for (setting, change) in changes {
            var configuration = ModelConfiguration()
            change(&configuration)
            let misfit = warmStart.misfit(configuration)
            #expect(misfit?.setting == setting)
            #expect(misfit?.stream == setting.map { _ in Array("s".utf8) })
        }
        var elman = ModelConfiguration()
        elman.cell = .elman
        let ofElman = try WarmStart(forAll: model(elman))
        elman.activation = .relu
        #expect(ofElman.misfit(elman)?.setting == .activation)
        var shared = ModelConfiguration()
        shared.weights = .shared
        #expect(try WarmStart(forAll: model(shared)).misfit(shared)?.setting == .weights)
    }

    @Test("streams go to the first rule that matches their names")
    func rules() throws {
        let rules = [ModelRule(pattern: "t*"), ModelRule(pattern: "s"), ModelRule()]
        let beginning = rules.beginning(with: [try model()])
        #expect(beginning.map { $0.warmStart != nil } == [false, true, false])
    }
}
