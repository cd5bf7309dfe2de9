import Forecasting
import Networks
import TestSupport
import Testing

/// The weights that a net of the default shape begins with.
@Suite("Factory weights")
struct FactoryWeightsTests {
    @Test("they are for the default net, and the default net has them")
    func shape() throws {
        let architecture = try #require(RecurrentExpert.architecture(ModelConfiguration()))
        let weights = try #require(FactoryWeights.weights(for: ModelConfiguration()))
        #expect(weights.count == architecture.parameterCount)
        #expect(weights.allSatisfy { $0.isFinite && abs($0) < 10 })
        #expect(weights[architecture.layout.readoutBias].allSatisfy { $0 == 0 })
        var feed = Feed()
        try feed.send(1)
        #expect(feed.channel().netParameters == weights)
    }

    @Test("any other shape begins at random, its readout at zero")
    func otherShapes() throws {
        for cell in [ModelConfiguration.Cell.lstm, .elman] {
            let configuration = ModelConfiguration(cell: cell)
            let architecture = try #require(RecurrentExpert.architecture(configuration))
            #expect(FactoryWeights.weights(for: configuration) == nil)
            var feed = Feed(configuration)
            try feed.send(1)
            let parameters = try #require(feed.channel().netParameters)
            #expect(parameters[architecture.layout.readoutWeights].allSatisfy { $0 == 0 })
        }
    }

    @Test("on series that they were not learned from they are better than random ones at first")
    func warmStart() throws {
        var ratios: [Double] = []
        var random = ModelConfiguration()
        random.initialWeights = .random
        for seed in 1...8 as ClosedRange<UInt64> {
            // Henon's map, with noise: what the net can know and the least squares cannot.
            var generator = SplitMix64(seed: seed)
            var (series, last, previous) = ([Double](), 0.1, 0.1)
            for _ in 0..<400 {
                (last, previous) = (1 - 1.4 * last * last + 0.3 * previous, last)
                series.append(last + 0.1 * generator.normal())
            }
            let warm = try Run(series).relativeSquaredError(series, 20..<400)
            let cold = try Run(series, random).relativeSquaredError(series, 20..<400)
            ratios.append(warm / cold)
        }
        let mean = ratios.reduce(0, +) / Double(ratios.count)
        #expect(mean < 1, "\(ratios)")
    }
}
