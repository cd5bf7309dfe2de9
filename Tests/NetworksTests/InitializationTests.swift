import Networks
import TestSupport
import Testing

@Suite("Initialization")
struct InitializationTests {
    static let architecture = Architecture(
        cell: .gru, inputCount: 60, hiddenCount: 120, outputCount: 30)

    /// Scheme, whether it is bounded, and the standard deviation for fan-in and fan-out.
    typealias Case = (
        Initialization.Scheme, bounded: Bool, deviation: @Sendable (Double, Double) -> Double
    )

    static let schemes: [Case] = [
        (.uniform(bound: 0.3), true, { _, _ in 0.3 / 3.0.squareRoot() }),
        (.uniformFanIn, true, { fanIn, _ in 1 / (3 * fanIn).squareRoot() }),
        (.normal(standardDeviation: 0.2), false, { _, _ in 0.2 }),
        (.xavierUniform, true, { (2 / ($0 + $1)).squareRoot() }),
        (.xavierNormal, false, { (2 / ($0 + $1)).squareRoot() }),
        (.heUniform, true, { fanIn, _ in (2 / fanIn).squareRoot() }),
        (.heNormal, false, { fanIn, _ in (2 / fanIn).squareRoot() }),
    ]

    @Test("weights have the moments of their scheme", arguments: schemes.indices)
    func moments(index: Int) throws {
        let seed: UInt64 = 91
        let (scheme, bounded, deviation) = Self.schemes[index]
        var random = SplitMix64(seed: seed)
        var network = Network<Double>(Self.architecture)
        network.initialize(Initialization(scheme), using: &random)
        let layout = Self.architecture.layout
        for (range, fanIn, fanOut) in [
            (layout.inputWeights, 60.0, 120.0), (layout.recurrentWeights, 120, 120),
            (layout.readoutWeights, 120, 30),
        ] {
            let weights = network.parameters[range]
            let (count, expected) = (Double(weights.count), deviation(fanIn, fanOut))
            let mean = weights.reduce(0, +) / count
            let square = weights.reduce(0) { $0 + $1 * $1 } / count
            let fourth = weights.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count
            // Five standard errors of the mean; the variance within 10 %, the kurtosis within 15 %
            // of 1.8 (uniform) and 3 (normal).
            #expect(mean.magnitude < 5 * expected / count.squareRoot(), "\(scheme), seed \(seed)")
            #expect((square.squareRoot() / expected - 1).magnitude < 0.05, "\(scheme)")
            let kurtosis = fourth / (square * square)
            #expect((kurtosis / (bounded ? 1.8 : 3) - 1).magnitude < 0.15, "\(scheme)")
            if bounded {
                let bound = expected * 3.0.squareRoot()
                #expect(weights.allSatisfy { $0.magnitude <= bound }, "\(scheme)")
            }
        }
        #expect(network.parameters[layout.bias].allSatisfy { $0 == 0 })
        #expect(network.parameters[layout.readoutBias].allSatisfy { $0 == 0 })
    }

    @Test("a zero readout makes every output 0, whatever the state", arguments: allCells)
    func zeroReadout(cell: Cell) {
        var random = SplitMix64(seed: 92)
        var subject = RandomNetwork<Float>(cell, using: &random)
        subject.network.initialize(Initialization(.uniformFanIn, zeroReadout: true), using: &random)
        var backpropagation = subject.backpropagation
        _ = backpropagation.run(subject.network, on: subject.batch, loss: Loss())
        #expect(backpropagation.outputs == subject.batch.base)
    }

    @Test("the keep bias makes a cell remember", arguments: [Cell.gru, .lstm, .lstmPeephole])
    func keepGate(cell: Cell) throws {
        let architecture = Architecture(cell: cell, inputCount: 1, hiddenCount: 3)
        var random = SplitMix64(seed: 93)
        var network = Network<Double>(architecture)
        network.initialize(
            Initialization(.uniform(bound: 0.001), keepGateBias: 20), using: &random)
        var scratch = StepScratch<Double>(architecture)
        // The last H numbers of a state are what the gate keeps: h of the GRU, c of the LSTM.
        var state = [Double](repeating: 0, count: architecture.stateCount - 3) + [0.5, -0.25, 0.75]
        var output = [0.0]
        for _ in 0..<100 {
            var stateSpan = state.mutableSpan
            var outputSpan = output.mutableSpan
            network.step(
                input: [0.0].span, state: &stateSpan, output: &outputSpan, scratch: &scratch)
        }
        for (kept, expected) in zip(state.suffix(3), [0.5, -0.25, 0.75]) {
            #expect((kept - expected).magnitude < 0.1)
        }
    }

    @Test("the same seed gives the same bits, another seed others", arguments: allCells)
    func seeded(cell: Cell) {
        let architecture = Architecture(cell: cell, inputCount: 2, hiddenCount: 5)
        func parameters(_ seed: UInt64) -> [Float] {
            var random = SplitMix64(seed: seed)
            var network = Network<Float>(architecture)
            network.initialize(Initialization(.xavierNormal), using: &random)
            return network.parameters
        }
        #expect(parameters(1) == parameters(1))
        #expect(parameters(1) != parameters(2))
    }
}
