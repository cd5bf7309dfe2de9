import Forecasting
import Series
import TestSupport
import Testing

/// Whatever comes in, what goes out is finite, and learning finds its way back.
@Suite("Stability")
struct StabilityTests {
    @Test(
        "a huge learning rate diverges, is set back and stays finite", arguments: [1.0, 1e3, 1e30])
    func divergence(learningRate: Double) throws {
        var configuration = ModelConfiguration.plain()
        configuration.learningRate = learningRate
        let series = noisySine(3000, seed: 1)
        let run = try Run(series, configuration)
        #expect(run.isFinite)
        #expect(run.counters.recoveries > 0)
        #expect(run.statuses.contains(.recovering))
        let error = run.relativeSquaredError(series, 1000..<3000)
        #expect(error < 1.1, "\(error)")
    }

    @Test("after a divergence the halved rate learns in the end")
    func recovers() throws {
        var configuration = ModelConfiguration.plain()
        configuration.learningRate = 100
        let series = noisySine(12_000, seed: 2)
        let run = try Run(series, configuration)
        #expect(run.counters.recoveries > 0)
        let error = run.relativeSquaredError(series, 9000..<12_000)
        #expect(error < 0.95, "\(error), \(run.counters.recoveries) recoveries")
        #expect(run.statuses.last == .ok)
    }

    @Test("a constant is forecast exactly", arguments: [0, 1, -1e9, 1e308, .leastNonzeroMagnitude])
    func constant(value: Double) throws {
        let run = try Run([Double](repeating: value, count: 1500))
        guard abs(value) < 1e150 else {
            #expect(run.means[1500].isNaN && run.counters[.noValueYet] == 1500)
            return
        }
        for index in 1...1500 {
            #expect(run.means[index] == value)
            #expect(run.lowers[index] == value && run.uppers[index] == value)
        }
    }

    /// Series meant to break arithmetic.
    enum Hostile: CaseIterable {
        case alternatingHuge, alternatingMillion, denormal, powers, onePercentHuge, firstHuge, steps
        case anyBits, mostlyMissing, rampToTheEnd

        func series(seed: UInt64) -> [Double] {
            var generator = SplitMix64(seed: seed)
            return (0..<1200).map { index in
                let sign = index % 2 == 0 ? 1.0 : -1
                return switch self {
                case .alternatingHuge: sign * 1e149
                case .alternatingMillion: generator.normal() + (index > 600 ? sign * 1e6 : 0)
                case .denormal: generator.normal() * Double.leastNormalMagnitude / 100
                case .powers:
                    generator.normal()
                        * Double(sign: .plus, exponent: index % 900 - 450, significand: 1)
                case .onePercentHuge: generator.normal() * (generator.uniform() < 0.01 ? 1e9 : 1)
                case .firstHuge: index == 0 ? 1e149 : generator.normal()
                case .steps: Double(index / 300) * 1e100
                case .anyBits: Double(bitPattern: generator.next())
                case .mostlyMissing: index % 7 == 3 ? generator.normal() : .nan
                case .rampToTheEnd: Double(index) * 1e147
                }
            }
        }
    }

    @Test(
        "forecasts are finite once there is a value, whatever comes", arguments: Hostile.allCases,
        ModelConfiguration.Cell.allCases)
    func hostile(kind: Hostile, cell: ModelConfiguration.Cell) throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            var configuration = ModelConfiguration(cell: cell)
            if cell == .elman { configuration.activation = seed == 1 ? .relu : .identity }
            try check(kind.series(seed: seed), configuration, "\(kind), \(cell), seed \(seed)")
        }
    }

    @Test("random mixtures of everything are survived", arguments: 1...20 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var configuration = ModelConfiguration(cell: .allCases.randomElement(using: &generator)!)
        configuration.hidden = Int.random(in: 1...20, using: &generator)
        configuration.window = Int.random(in: 1...20, using: &generator)
        configuration.stride = Int.random(in: 1...20, using: &generator)
        configuration.optimizer = .allCases.randomElement(using: &generator)!
        configuration.activation = .allCases.randomElement(using: &generator)!
        configuration.learningRate = [1e-3, 0.1, 10].randomElement(using: &generator)!
        configuration.dropout = [0, 0.5].randomElement(using: &generator)!
        var series: [Double] = []
        while series.count < 2000 {
            let part = Hostile.allCases.randomElement(using: &generator)!
            let length = Int.random(in: 1...300, using: &generator)
            series += part.series(seed: generator.next()).prefix(length)
        }
        try check(series, configuration, "seed \(seed)")
    }

    private func check(
        _ series: [Double], _ configuration: ModelConfiguration, _ comment: Comment
    ) throws {
        var feed = Feed(configuration)
        for (index, value) in series.enumerated() {
            guard let forecast = try feed.send(value) else { continue }
            let channel = forecast.channels[0]
            try #require(channel.mean.isFinite, "\(comment), sample \(index)")
            try #require(channel.lower.isFinite && channel.upper.isFinite, "\(comment), \(index)")
            try #require(channel.lower <= channel.mean && channel.mean <= channel.upper)
            try #require(!channel.residual.isInfinite && !channel.anomalyScore.isInfinite)
            try #require(!channel.meanAbsoluteError.isInfinite && !channel.scaledError.isInfinite)
        }
    }
}
