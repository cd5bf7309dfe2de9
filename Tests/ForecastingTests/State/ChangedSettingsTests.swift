import Forecasting
import Series
import Testing

/// Settings that change between saving and restoring: what still fits is kept.
@Suite("A stream restored under other settings")
struct ChangedSettingsTests {
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let lost: [String]
        let apply: @Sendable (inout ModelConfiguration) -> Void

        init(
            _ name: String, lost: [String] = [],
            _ apply: @escaping @Sendable (inout ModelConfiguration) -> Void
        ) {
            testDescription = name
            self.lost = lost
            self.apply = apply
        }
    }

    /// Every setting there is, changed from the default.
    static let changes = [
        Change("learning rate") { $0.learningRate = 0.001 },
        Change("gradient's bound") { $0.clipNorm = .infinity },
        Change("weight decay") { $0.weightDecay = 1e-3 },
        Change("dropout") { $0.dropout = 0.1 },
        Change("stride") { $0.stride = 5 },
        Change("inputs") { $0.inputs = [Array("load".utf8)] },
        Change("range") { $0.dataRange = -10...10 },
        Change("optimizer", lost: ["moments"]) { $0.optimizer = .rmsprop },
        Change("window", lost: ["window"]) { $0.window = 8 },
        Change("cell", lost: ["recurrent"]) { $0.cell = .lstm },
        Change("no cell", lost: ["recurrent"]) { $0.cell = .none },
        Change("hidden units", lost: ["recurrent"]) { $0.hidden = 12 },
        Change("initial weights", lost: ["recurrent"]) { $0.initialWeights = .random },
        Change("loss", lost: ["mixture"]) { $0.loss = .absolute },
        Change("period", lost: ["season"]) { $0.period = 30 },
        Change("level", lost: ["interval"]) { $0.level = 0.5 },
        Change("plain least squares", lost: ["full"]) { $0.fullIsPlain = true },
        Change("one expert less", lost: ["ar2"]) { $0.experts.remove(.ar2) },
        Change("no full", lost: ["recurrent", "full"].sorted { $0 > $1 }) {
            $0.experts.remove(.full)
        },
        Change("persistence alone", lost: ["ar2", "ar8", "recurrent", "full"]) {
            $0.experts = []
        },
    ]

    private static func saved(_ configuration: ModelConfiguration = .init()) throws -> [UInt8] {
        var feed = Feed(configuration)
        for (index, value) in noisySine(500, seed: 21).enumerated() {
            try feed.send(value, time: Int64(index) * 1_000_000_000)
        }
        return try feed.snapshot()
    }

    /// Paths of `NumberWalk` that a change leaves as they are, by the part that they belong to.
    private static let parts: [(part: String, paths: [String])] = [
        ("", ["history.count", "scaler", "gate", "stuckDetector", "accepted", "scores", "jumps"]),
        ("", ["expected", "published", "halfWidth", "spreadMonitor", "experts.features.steps"]),
        ("ar2", ["experts.ar2"]), ("ar8", ["experts.ar8"]),
        ("full", ["experts.full.linear.regression.weights", "experts.full.recall.distances"]),
        ("recurrent", ["experts.recurrent.own.network.parameters", "experts.recurrent.state"]),
        ("recurrent", ["experts.recurrent.health", "experts.recurrent.own.schedule.updates"]),
        ("moments recurrent", ["experts.recurrent.own.optimizer.firstMoments"]),
        ("window recurrent", ["experts.recurrent.replay.count"]),
        ("mixture", ["mixture.largestSquare"]),
        ("season", ["seasonTracker.season"]),
        ("interval", ["interval.logFactor"]), ("", ["interval.meanSquare"]),
    ]

    @Test("keeps what fits and names the rest", arguments: changes)
    func keeps(change: Change) throws {
        let state = try Self.saved()
        var configuration = ModelConfiguration()
        var original = Feed(configuration)
        try original.restore(state)
        change.apply(&configuration)
        var changed = Feed(configuration)
        let index = StreamIndex(position: 0)
        let result = try changed.restore(state)
        #expect(
            result == (change.lost.isEmpty ? .exact(index) : .partial(index, lost: change.lost)))
        #expect(changed.changed == [0])
        let walks = (NumberWalk(original.channel()).numbers, NumberWalk(changed.channel()).numbers)
        for (part, paths) in Self.parts {
            let isLost = part.split(separator: " ").contains { change.lost.contains(String($0)) }
            for path in paths {
                let own = walks.0.filter { Self.isSame($0.key, as: path) }
                let other = walks.1.filter { Self.isSame($0.key, as: path) }
                try #require(!own.isEmpty)
                if isLost {
                    #expect(own != other, "\(path)")
                } else {
                    #expect(own == other, "\(path)")
                }
            }
        }
        let (before, after) = (original.channel().history, changed.channel().history)
        #expect(after.available == min(before.available, after.capacity))
        for back in 0..<after.available { #expect(after[back: back] == before[back: back]) }
        try goesOn(&original, &changed)
    }

    private static func isSame(_ path: String, as prefix: String) -> Bool {
        path == prefix || path.hasPrefix(prefix + ".")
    }

    /// The forecast that stands is the published one, and the next ones are about as good.
    private func goesOn(_ original: inout Feed, _ changed: inout Feed) throws {
        let newest: Int64 = 499_000_000_000
        let standing = try #require(try original.send(0, time: newest))
        let kept = try #require(try changed.send(0, time: newest))
        #expect(allBits(standing)[6...] == allBits(kept)[6...])
        var errors = (0.0, 0.0)
        for (index, value) in noisySine(700, seed: 21)[500...].enumerated() {
            errors.0 += abs(value - original.forecast.channels[0].mean)
            errors.1 += abs(value - changed.forecast.channels[0].mean)
            try original.send(value, time: newest + Int64(index + 1) * 1_000_000_000)
            try changed.send(value, time: newest + Int64(index + 1) * 1_000_000_000)
        }
        #expect(changed.forecast.sequence == original.forecast.sequence)
        #expect(errors.1 < 1.6 * errors.0, "\(errors)")
    }

    @Test("takes back what it had before, and what it had not begins anew")
    func added() throws {
        var configuration = ModelConfiguration()
        configuration.experts = [.ar2]
        let state = try Self.saved(configuration)
        var feed = Feed()
        #expect(try feed.restore(state) == .exact(StreamIndex(position: 0)))
        let channel = feed.channel()
        #expect(channel.expertNames.count == 5 && channel.netParameters != nil)
        #expect(channel.history.count == 500)
        for value in noisySine(300, seed: 22) {
            try feed.send(value, time: 500_000_000_000 + Int64(feed.forecast.sequence) * 1_000_000)
            let mean = feed.forecast.channels[0].mean
            try #require(mean.isFinite)
        }
    }
}

@Suite("Signature of the settings")
struct SettingsSignatureTests {
    private func signature(
        _ configuration: ModelConfiguration, pattern: String = "*", seed: UInt64 = 1,
        limits: Limits = Limits(), stream: String = "s"
    ) throws -> UInt64 {
        let rule = ModelRule(pattern: pattern, configuration: configuration)
        var feed = Feed(rules: [rule], seed: seed, limits: limits)
        try feed.send(1, stream: stream)
        return feed.forecaster.settingsSignature(of: StreamIndex(position: 0))
    }

    @Test(
        "differs with every setting that decides forecasts", arguments: ChangedSettingsTests.changes
    )
    func differs(change: ChangedSettingsTests.Change) throws {
        var configuration = ModelConfiguration()
        change.apply(&configuration)
        #expect(try signature(configuration) != signature(ModelConfiguration()))
    }

    @Test("differs with the activation and the seed")
    func differs() throws {
        var configuration = ModelConfiguration()
        configuration.activation = .relu
        #expect(try signature(configuration) != signature(ModelConfiguration()))
        #expect(
            try signature(ModelConfiguration(), seed: 2) != signature(ModelConfiguration(), seed: 1)
        )
    }

    @Test("does not differ with anything else")
    func same() throws {
        var limits = Limits()
        limits.maxStreams = 7
        let usual = try signature(ModelConfiguration())
        #expect(try signature(ModelConfiguration(), limits: limits) == usual)
        #expect(try signature(ModelConfiguration(), pattern: "t*", stream: "t1") == usual)
        #expect(try signature(ModelConfiguration(), stream: "another") == usual)
    }
}
