import Forecasting
import Networks
import TestSupport
import Testing

@Suite("RecurrentExpert")
struct RecurrentExpertTests {
    /// The recipe written down step by step over a whole series, everything kept, nothing moved:
    /// returns the forecast of every step.
    private func reference(
        _ inputs: [[Float]], _ targets: [Float?], _ configuration: ModelConfiguration,
        generator: SeededGenerator
    ) -> [Double] {
        let architecture = RecurrentExpert.architecture(configuration)!
        let window = configuration.window
        var generator = generator
        var network = Network<Float>(architecture)
        network.initialize(
            Initialization(.uniformFanIn, zeroReadout: true, keepGateBias: 1), using: &generator)
        var optimizer = Optimizer<Float>(
            .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8),
            parameterCount: architecture.parameterCount)
        var tape = TruncatedBackpropagation<Float>(architecture, window: window)
        var batch = WindowBatch<Float>(architecture, window: window)
        // states[t]: before the input of step t.
        var states = [[Float](repeating: 0, count: architecture.stateCount)]
        var forecasts: [Double] = []
        var updates = 0
        for t in inputs.indices {
            let (output, next) = step(network, inputs[t], from: states[t])
            forecasts.append(Double(max(-6, min(6, output))))
            states.append(next)
            guard t >= window, (t - window) % configuration.stride == 0 else { continue }
            let range = (t - window)..<t
            guard range.filter({ targets[$0] != nil }).count >= 4 else { continue }
            batch.inputs = range.flatMap { inputs[$0] }
            batch.targets = range.map { targets[$0] ?? 0 }
            batch.weights = range.map { targets[$0] == nil ? 0 : 1 }
            batch.initialState = states[t - window]
            let loss = Loss(.constant(2 * Double(window)), errorClip: 3)
            _ = tape.run(network, on: batch, loss: loss)
            _ = clip(&tape.gradients, toNorm: 1)
            updates += 1
            let rate = max(0.003 / (1 + 0.01 * Double(updates)).squareRoot(), 0.001)
            optimizer.step(
                &network.parameters, gradients: tape.gradients, learningRate: Float(rate))
            for row in 1...window {
                let start = row * architecture.stateCount
                states[t - window + row] = Array(
                    tape.states[start..<(start + architecture.stateCount)])
            }
            states[t + 1] = step(network, inputs[t], from: states[t]).next
        }
        return forecasts
    }

    private func step(_ network: Network<Float>, _ input: [Float], from state: [Float])
        -> (output: Float, next: [Float])
    {
        var scratch = StepScratch<Float>(network.architecture)
        var (next, output) = (state, [Float(0)])
        var stateSpan = next.mutableSpan
        var outputSpan = output.mutableSpan
        network.step(input: input.span, state: &stateSpan, output: &outputSpan, scratch: &scratch)
        return (output[0], next)
    }

    @Test(
        "it does, bit for bit, what the recipe says",
        arguments: [ModelConfiguration.Cell.elman, .gru, .lstm, .lstmPeephole])
    func followsRecipe(cell: ModelConfiguration.Cell) throws {
        var configuration = ModelConfiguration.plain(cell: cell)
        configuration.hidden = 6
        configuration.window = 7
        let generator = SeededGenerator(engineSeed: 3, nameHash: 5, channel: 0)
        var expert = try #require(RecurrentExpert(configuration, generator: generator))
        var workspace = try #require(TrainingWorkspace(configuration))
        var (history, scaler) = (History(), Scaler())
        var random = SplitMix64(seed: 9)
        var inputs: [[Float]] = []
        var targets: [Float?] = []
        var forecasts: [Double] = []
        for (t, value) in noisySine(200, seed: 2).enumerated() {
            if t > 0 {
                let target = ((value - history[back: 0]) / scaler.step).clamped(to: 8)
                let isKnown = random.uniform() < 0.6
                if isKnown { expert.learn(target: target) }
                targets.append(isKnown ? Float(target) : nil)
                scaler.add(step: value - history[back: 0])
            }
            history.append(value)
            scaler.add(level: value)
            expert.step(history, scaler: scaler, Neighbours(), workspace: &workspace)
            forecasts.append(expert.forecast)
            let level = (value - scaler.mean) / scaler.deviation
            let differences = (0..<8).map { history.difference(back: $0) / scaler.step }
            inputs.append(([level] + differences).map { Float($0.clamped(to: 4)) })
            if expert.updateIsDue { _ = expert.train(&workspace) }
        }
        targets.append(nil)
        let expected = reference(inputs, targets, configuration, generator: generator)
        for t in inputs.indices { try #require(forecasts[t] == expected[t], "\(cell), step \(t)") }
        #expect(forecasts[150] != 0)
    }

    @Test("the learning rate falls to a third, and halves with a divergence")
    func learningRate() {
        var rate = LearningRate(initial: 0.003)
        #expect(abs(rate.next() - 0.003 / Float(1.01).squareRoot()) < 1e-8)
        for _ in 0..<5000 { _ = rate.next() }
        #expect(abs(rate.next() - 0.001) < 1e-8)
        rate.halve()
        #expect(abs(rate.next() - 0.0015 / Float(1.01).squareRoot()) < 1e-8)
        for _ in 0..<10_000 { _ = rate.next() }
        #expect(rate.scale == 1)
    }

    @Test("health tells a divergence from a burst that persistence does not see coming either")
    func health() {
        var (diverged, burst) = (LearningHealth(), LearningHealth())
        for _ in 0..<20 {
            diverged.observe(forecast: 6, target: 0.5)
            burst.observe(forecast: 0.5, target: 6)
        }
        #expect(diverged.hasDiverged && !diverged.isGood)
        #expect(!burst.hasDiverged)
    }
}
