import Forecasting
import Glibc
import Networks
import Series
import TestSupport
import Testing

/// Names of streams that are all of one partition.
func kin(_ count: Int, partition: Int = 5) -> [String] {
    var names: [String] = []
    var number = 0
    while names.count < count {
        let name = "s\(number)"
        if StreamPartition.of(name: Array(name.utf8)) == partition { names.append(name) }
        number += 1
    }
    return names
}

extension ModelConfiguration {
    /// A small shared net on `ar8`.
    static func shared(hidden: Int = 8) -> Self {
        var configuration = ModelConfiguration()
        configuration.experts = [.persistence, .ar8, .recurrent]
        configuration.weights = .shared
        configuration.hidden = hidden
        return configuration
    }
}

extension Feed {
    /// The net that the first stream shares.
    func net() throws -> SharedNet {
        let net = forecaster.net(of: forecaster.allStreams[0])
        return try #require(net)
    }
}

@Suite("Shared nets")
struct SharedNetTests {
    private static let names = kin(12)

    private static func series(_ stream: Int, _ count: Int) -> [Double] {
        noisySine(count, seed: UInt64(100 + stream))
    }

    /// The bits of every forecast, by stream, of streams that are fed in turn.
    private func run(
        _ feed: inout Feed, _ names: [String], _ steps: Range<Int>
    ) throws -> [[[UInt64]]] {
        var bits = Array(repeating: [[UInt64]](), count: names.count)
        let series = names.indices.map { Self.series($0, steps.upperBound) }
        for step in steps {
            for (stream, name) in names.enumerated() {
                let forecast = try #require(try feed.send(series[stream][step], stream: name))
                bits[stream].append(allBits(forecast))
            }
        }
        return bits
    }

    @Test(
        "an update by a batch is one by the mean of its windows' own gradients", arguments: [1, 3])
    func gradients(lanes: Int) throws {
        var configuration = ModelConfiguration.shared(hidden: 5)
        configuration.optimizer = .sgd
        configuration.learningRate = 0.5
        configuration.clipNorm = .infinity
        let architecture = try #require(RecurrentExpert.architecture(configuration))
        var generator = SplitMix64(seed: 3)
        func floats(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.normal()) } }
        let weights = floats(architecture.parameterCount).map { 0.3 * $0 }
        var net = try #require(
            SharedNet(configuration, generator: SeededGenerator(seed: 1)))
        net.start(from: weights)
        var workspace = try #require(TrainingWorkspace(configuration))
        var expected = [Float](repeating: 0, count: weights.count)
        var joined = Array(repeating: 0, count: lanes)
        var network = Network<Float>(architecture)
        network.parameters = weights
        for lane in 0..<lanes {
            var window = ReplayWindow(architecture, length: configuration.window)
            for step in 0...configuration.window {
                window.append(
                    input: floats(architecture.inputCount), state: floats(architecture.stateCount))
                if step % 3 != 1 { window.setTarget(floats(1)[0]) }
            }
            var batch = WindowBatch<Float>(architecture, window: configuration.window)
            window.fill(&batch)
            var single = TruncatedBackpropagation<Float>(
                architecture, window: configuration.window)
            let loss = Loss(.constant(2 * Double(configuration.window)), errorClip: 3)
            _ = single.run(network, on: batch, loss: loss)
            for index in expected.indices {
                expected[index] += single.gradients[index] / Float(lanes)
            }
            let outcome = net.add(window, joined: &joined[lane], passes: &workspace.passes)
            #expect(outcome == .waiting)
        }
        // The first stream once more: now those that wait are learned from.
        var again = ReplayWindow(architecture, length: configuration.window)
        for _ in 0...configuration.window {
            again.append(
                input: floats(architecture.inputCount), state: floats(architecture.stateCount))
        }
        let outcome = net.add(again, joined: &joined[0], passes: &workspace.passes)
        #expect(outcome == .done)
        let rate = 0.5 / Float(1.01).squareRoot()
        for (index, weight) in net.parameters.enumerated() {
            let step = (weights[index] - weight) / rate
            try #require(abs(step - expected[index]) < 1e-4, "parameter \(index)")
        }
    }

    @Test("eight windows of eight streams are one update, and one of a stream alone is one too")
    func batches() throws {
        var feed = Feed(ModelConfiguration.shared())
        _ = try run(&feed, Array(Self.names.prefix(8)), 0..<50)
        // Windows of 16 are full with the 17th sample, and every second sample is due.
        #expect(feed.forecaster.counters.updates == 17)
        var alone = Feed(ModelConfiguration.shared())
        _ = try run(&alone, [Self.names[0]], 0..<50)
        #expect(alone.forecaster.counters.updates == 16)
        var own = ModelConfiguration.shared()
        own.weights = .stream
        var others = Feed(own)
        _ = try run(&others, [Self.names[0]], 0..<50)
        #expect(others.forecaster.counters.updates == 17)
    }

    @Test("partitions know nothing of each other, in whatever order their streams are fed")
    func partitions() throws {
        let (here, there) = (kin(9, partition: 5), kin(9, partition: 6))
        var mixed = Feed(ModelConfiguration.shared())
        var first = Feed(ModelConfiguration.shared())
        var second = Feed(ModelConfiguration.shared())
        let own = try (run(&first, here, 0..<120), run(&second, there, 0..<120))
        let interleaved = zip(here, there).flatMap { [$0, $1] }
        let series = here.indices.map { Self.series($0, 120) }
        for step in 0..<120 {
            for (index, name) in interleaved.enumerated() {
                let forecast = try #require(
                    try mixed.send(series[index / 2][step], stream: name))
                let expected = index % 2 == 0 ? own.0 : own.1
                try #require(allBits(forecast) == expected[index / 2][step], "\(name) \(step)")
            }
        }
        #expect(own.0 != own.1)
    }

    @Test("a stream alone learns from its kin: without them it forecasts otherwise")
    func kinMatter() throws {
        var many = Feed(ModelConfiguration.shared())
        var one = Feed(ModelConfiguration.shared())
        let together = try run(&many, Self.names, 0..<60)
        let alone = try run(&one, [Self.names[0]], 0..<60)
        #expect(together[0][..<17] == alone[0][..<17])
        #expect(together[0][59] != alone[0][59])
    }

    @Test("who is in memory makes no difference")
    func eviction() throws {
        var limits = Limits()
        limits.maxStreams = 5
        var few = StoringFeed(
            rules: [ModelRule(configuration: .shared())], limits: limits)
        var all = Feed(ModelConfiguration.shared())
        let series = Self.names.indices.map { Self.series($0, 80) }
        var generator = SplitMix64(seed: 8)
        for step in 0..<80 {
            for (index, name) in Self.names.enumerated() where generator.uniform() < 0.7 {
                // The first time a name is refused twice.
                guard let forecast = try few.send(series[index][step], stream: name) else {
                    continue
                }
                try all.send(series[index][step], stream: name)
                try #require(allBits(forecast) == allBits(all.forecast), "\(name) \(step)")
            }
        }
        #expect(few.evicted.count > 100)
        #expect(few.feed.forecaster.counters.updates == all.forecaster.counters.updates)
        #expect(few.feed.forecaster.counters.updates > 20)
    }

    @Test("forecasts stay finite when learning diverges, and the net recovers")
    func recovery() throws {
        var configuration = ModelConfiguration.shared()
        configuration.optimizer = .sgd
        configuration.learningRate = 1e6
        configuration.clipNorm = .infinity
        var feed = Feed(configuration)
        let series = Self.names.indices.map { Self.series($0, 600) }
        for step in 0..<600 {
            for (index, name) in Self.names.enumerated() {
                let forecast = try #require(try feed.send(series[index][step], stream: name))
                let channel = forecast.channels[0]
                try #require(channel.mean.isFinite && channel.upper.isFinite)
            }
        }
        #expect(feed.forecaster.counters.recoveries > 0)
        let net = try feed.net()
        let isFinite = net.parameters.allSatisfy(\.isFinite)
        #expect(isFinite)
    }

    @Test("one odd stream sets back its own hidden state, and not the net of the others")
    func oddStream() throws {
        var feed = Feed(ModelConfiguration.shared())
        _ = try run(&feed, Self.names, 0..<200)
        var generator = SplitMix64(seed: 5)
        for step in 0..<100 {
            try feed.send(generator.normal() * pow10(step % 7), stream: Self.names[0])
        }
        let after = try feed.net()
        let isFinite = after.parameters.allSatisfy(\.isFinite)
        #expect(isFinite)
        #expect(after.recoveries == 0)
    }

    private func pow10(_ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { power, _ in 10 * power }
    }

    @Test("a new stream knows what its kin have learned")
    func newcomers() throws {
        var (shared, own) = (ModelConfiguration.plain(), ModelConfiguration.plain())
        shared.weights = .shared
        let count = 40
        let names = kin(count)
        var errors: [Double] = []
        for configuration in [shared, own] {
            var feed = Feed(configuration)
            var generator = SplitMix64(seed: 9)
            var phases: [(period: Double, phase: Double)] = []
            for _ in 0..<count {
                phases.append((40 + 20 * generator.uniform(), 2 * .pi * generator.uniform()))
            }
            var square = 0.0
            var last = Array(repeating: Double.nan, count: count)
            // They start one after another; what counts are the first 300 samples of the last ten.
            for step in 0..<((count - 1) * 24 + 300) {
                for stream in 0..<count where step >= 24 * stream {
                    let age = step - 24 * stream
                    if stream >= count - 10, age >= 300 { continue }
                    let (period, phase) = phases[stream]
                    let value =
                        sin(2 * .pi * Double(age) / period + phase) + 0.3 * generator.normal()
                    if stream >= count - 10, age > 0 {
                        square += (value - last[stream]) * (value - last[stream])
                    }
                    let forecast = try #require(try feed.send(value, stream: names[stream]))
                    last[stream] = forecast.channels[0].mean
                }
            }
            errors.append(square / 2990)
        }
        #expect(errors[0] <= 0.8 * errors[1], "\(errors)")
    }

    @Test("what streams and nets take is counted")
    func counted() throws {
        let configuration = ModelConfiguration.shared()
        var feed = Feed(configuration)
        for name in Self.names { try feed.send(1, stream: name) }
        try feed.send(1, stream: kin(1, partition: 7)[0])
        #expect(
            feed.forecaster.memoryBytes
                == 13 * Forecaster.bytes(of: configuration)
                + 2 * Forecaster.netBytes(of: configuration))
        let walk = NumberWalk(try feed.net())
        #expect(Forecaster.netBytes(of: configuration) > walk.arrayBytes)
        feed.forecaster.change(rules: [], limits: Limits())
        _ = feed.forecaster.adaptNext(.max >> 1)
        #expect(feed.forecaster.memoryBytes == 13 * Forecaster.bytes(of: ModelConfiguration()))
    }
}
