package import Networks

/// The recurrent net of one channel: forecasts the next scaled difference from the level and the
/// last differences, and learns it online by truncated backpropagation through time with replay
/// (RECIPE.md, C5).
///
///     ŷ_t = base + readout(h_{t+1})
///
/// The base is `full`, else `ar8`, and the inputs are `NetInputs`. Without either the base is
/// persistence, 0, and the input u_t = [z_t, d_t/q, d_{t−1}/q, … ], each cut at ±4. A readout at
/// random starts at zero, so the first forecasts are those of the base. `train` is in
/// RecurrentExpert+Training.swift.
package struct RecurrentExpert: Sendable {
    /// The last differences among the inputs on persistence.
    package static let differenceCount = 8
    /// Inputs and forecasts are at most this far from zero.
    package static let (largestInput, largestForecast) = (4.0, 6.0)

    var network: Network<Float>
    var optimizer: Optimizer<Float>
    var schedule: LearningRate
    var generator: SeededGenerator
    /// The weights of the last time that the net was doing well.
    var goodParameters: [Float]
    var health = LearningHealth()
    var replay: ReplayWindow
    let settings: Settings
    /// h (and c) after the newest step: [S].
    var state: [Float]
    /// [I] and [1]: the newest step's.
    var input: [Float]
    var output: [Float] = [0]
    /// Steps since the last update; updates since the weights were last kept.
    var stepsSinceUpdate = 0
    var updatesSinceKept = 0

    /// The newest step's forecast that the net adds to.
    var base = 0.0
    /// ŷ of the newest step, a scaled difference. Always finite.
    package internal(set) var forecast = 0.0
    /// Known targets since the last recovery, nil when there has been none.
    package var targetsSinceRecovery: Int?
    /// Times that the learning diverged.
    package var recoveries = 0

    /// What training takes from the model's configuration.
    struct Settings: Sendable {
        let stride: Int
        let clipNorm: Float
        let dropout: Double
    }

    /// The shape of the net that a configuration asks for; nil when it asks for none.
    package static func architecture(_ configuration: ModelConfiguration) -> Architecture? {
        guard configuration.activeExperts.contains(.recurrent) else { return nil }
        let activation: Activation =
            switch configuration.activation {
            case .tanh: .tanh
            case .relu: .relu
            case .sigmoid: .sigmoid
            case .identity: .identity
            }
        let cell: Cell
        switch configuration.cell {
        case .none: return nil
        case .elman: cell = .elman(activation, bias: true)
        case .gru: cell = .gru
        case .lstm: cell = .lstm
        case .lstmPeephole: cell = .lstmPeephole
        }
        return Architecture(
            cell: cell, inputCount: inputCount(configuration), hiddenCount: configuration.hidden)
    }

    private static func inputCount(_ configuration: ModelConfiguration) -> Int {
        if configuration.experts.contains(.full) { return NetInputs.count }
        if configuration.experts.contains(.ar8) { return NetInputs.basicCount }
        return 1 + differenceCount
    }

    /// Nil when the configuration asks for no net.
    /// - Parameter generator: draws the weights; nil: they are about to be read (`code(with:)`).
    package init?(_ configuration: ModelConfiguration, generator: SeededGenerator?) {
        guard let architecture = Self.architecture(configuration) else { return nil }
        self.generator = generator ?? SeededGenerator(seed: 0)
        network = Network(architecture)
        if generator != nil {
            network.initialize(
                Initialization(.uniformFanIn, zeroReadout: true, keepGateBias: 1),
                using: &self.generator)
        }
        var learningRate = configuration.learningRate
        if let weights = FactoryWeights.weights(for: configuration) {
            for index in weights.indices { network.parameters[index] = weights[index] }
            learningRate *= FactoryWeights.learningRateFactor
        }
        // Memory of its own: all that a stream takes it takes now.
        goodParameters = network.parameters.map { $0 }
        optimizer = Optimizer(
            Self.rule(configuration.optimizer), parameterCount: architecture.parameterCount,
            weightDecay: configuration.weightDecay)
        schedule = LearningRate(initial: learningRate)
        settings = Settings(
            stride: configuration.stride, clipNorm: Float(configuration.clipNorm),
            dropout: configuration.dropout)
        replay = ReplayWindow(architecture, length: configuration.window)
        state = [Float](repeating: 0, count: architecture.stateCount)
        input = [Float](repeating: 0, count: architecture.inputCount)
    }

    /// The weights, in the arena's order.
    package var parameters: [Float] { network.parameters }

    /// Begins at these weights: [network.architecture.parameterCount].
    package mutating func start(from weights: [Float]) {
        precondition(weights.count == network.parameters.count)
        network.parameters = weights
        goodParameters = weights
    }

    private static func rule(_ optimizer: ModelConfiguration.Optimizer) -> Optimizer<Float>.Rule {
        switch optimizer {
        case .sgd: .sgd
        case .momentum: .momentum(0.9)
        case .rmsprop: .rmsprop(smoothing: 0.99, epsilon: 1e-8)
        case .adam: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
        }
    }

    /// What came where the newest step forecast `forecast`: the scaled difference y.
    package mutating func learn(target: Double) {
        replay.setTarget(Float(target - base))
        health.observe(forecast: forecast, target: target)
        if let count = targetsSinceRecovery { targetsSinceRecovery = count + 1 }
    }

    /// One step on persistence as the base, on the newest value of `history`; fills `forecast`.
    package mutating func step(
        _ history: borrowing History, scaler: Scaler, scratch: inout StepScratch<Float>
    ) {
        let level = (history[back: 0] - scaler.mean) / scaler.deviation
        input[0] = Float(level.clamped(to: Self.largestInput))
        for back in 0..<Self.differenceCount {
            let difference = history.difference(back: back) / scaler.step
            input[1 + back] = Float(difference.clamped(to: Self.largestInput))
        }
        base = 0
        takeStep(&scratch)
    }

    /// One step on the forecast of a linear expert as the base; fills `forecast`.
    package mutating func step(
        _ inputs: borrowing NetInputs, base: Double, scratch: inout StepScratch<Float>
    ) {
        for index in input.indices { input[index] = Float(inputs.values[index]) }
        self.base = base
        takeStep(&scratch)
    }

    private mutating func takeStep(_ scratch: inout StepScratch<Float>) {
        replay.append(input: input, state: state)
        stepsSinceUpdate += 1
        advance(&scratch)
    }

    /// The window starts anew after a gap longer than itself; the state stays.
    package mutating func restartWindow() { replay.restart() }

    /// h′ and ŷ from the newest step's input and `state`.
    mutating func advance(_ scratch: inout StepScratch<Float>) {
        Self.advance(network, input, state: &state, output: &output, scratch: &scratch)
        forecast = (base + Double(output[0])).clamped(to: Self.largestForecast)
    }

    /// Arguments of their own, for two spans of one value may not be open for writing at once.
    private static func advance(
        _ network: borrowing Network<Float>, _ input: borrowing [Float],
        state: inout [Float], output: inout [Float], scratch: inout StepScratch<Float>
    ) {
        var stateSpan = state.mutableSpan
        var outputSpan = output.mutableSpan
        network.step(input: input.span, state: &stateSpan, output: &outputSpan, scratch: &scratch)
    }
}
