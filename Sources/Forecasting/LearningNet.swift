package import Networks

/// A net and what training needs of it from one update to the next: its weights, the optimizer's
/// moments, and the last weights that did well. A stream has one of its own, or shares one with its
/// kin (`SharedNet`).
package struct LearningNet: Sendable {
    package internal(set) var network: Network<Float>
    var optimizer: Optimizer<Float>
    var schedule: LearningRate
    var generator: SeededGenerator
    /// The weights of the last time that the net was doing well, in half precision: what is to be
    /// gone back to in need is a place, not its last digit.
    var goodParameters: [Float16]
    /// Updates since the weights were last kept.
    var updatesSinceKept = 0
    private let clipNorm: Float
    private let dropout: Double

    /// Updates between two copies of good weights.
    private static let updatesToKeep = 64
    /// With many inputs smaller steps are better.
    private static let learningRateFactor = 0.4

    /// Nil when the configuration asks for no net.
    /// - Parameters:
    ///   - neighbours: of the channel, which the net is to look at.
    ///   - generator: draws the weights; nil: they are about to be read (`code(with:)`).
    package init?(
        _ configuration: ModelConfiguration, neighbours: Int = 0, generator: SeededGenerator?
    ) {
        guard
            let architecture = RecurrentExpert.architecture(
                configuration, neighbours: neighbours)
        else { return nil }
        self.generator = generator ?? SeededGenerator(seed: 0)
        network = Network(architecture)
        if generator != nil {
            network.initialize(
                Initialization(.uniformFanIn, zeroReadout: true, keepGateBias: 1),
                using: &self.generator)
        }
        var learningRate = configuration.learningRate
        if neighbours > 0 { learningRate *= Self.learningRateFactor }
        if let weights = FactoryWeights.weights(for: configuration, neighbours: neighbours) {
            for index in weights.indices { network.parameters[index] = weights[index] }
            learningRate *= FactoryWeights.learningRateFactor
        }
        goodParameters = network.parameters.map(Self.rounded)
        optimizer = Optimizer(
            Self.rule(configuration.optimizer), parameterCount: architecture.parameterCount,
            weightDecay: configuration.weightDecay)
        schedule = LearningRate(initial: learningRate)
        clipNorm = Float(configuration.clipNorm)
        dropout = configuration.dropout
    }

    static func rule(_ optimizer: ModelConfiguration.Optimizer) -> Optimizer<Float>.Rule {
        switch optimizer {
        case .sgd: .sgd
        case .momentum: .momentum(0.9)
        case .rmsprop: .rmsprop(smoothing: 0.99, epsilon: 1e-8)
        case .adam: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
        }
    }

    /// The weights, in the arena's order.
    package var parameters: [Float] { network.parameters }

    /// Begins at these weights: [network.architecture.parameterCount].
    package mutating func start(from weights: [Float]) {
        precondition(weights.count == network.parameters.count)
        network.parameters = weights
        goodParameters = weights.map(Self.rounded)
    }

    /// One update by the pass's batch. False when the gradient is not finite: nothing is changed
    /// then.
    mutating func update(_ pass: inout TrainingPass) -> Bool {
        pass.run(network, dropout: dropout, generator: &generator)
        let norm = clip(&pass.backpropagation.gradients, toNorm: clipNorm)
        guard norm.isFinite else { return false }
        optimizer.step(
            &network.parameters, gradients: pass.backpropagation.gradients,
            learningRate: schedule.next())
        return true
    }

    /// After an update: keeps the weights as a refuge, if it is time and they are good.
    mutating func keepParameters(isGood: Bool) {
        updatesSinceKept += 1
        guard updatesSinceKept >= Self.updatesToKeep, isGood else { return }
        for parameter in network.parameters where !parameter.isFinite { return }
        for index in goodParameters.indices {
            goodParameters[index] = Self.rounded(network.parameters[index])
        }
        updatesSinceKept = 0
    }

    /// The nearest number of half precision, which is finite for a finite weight.
    static func rounded(_ weight: Float) -> Float16 {
        let largest = Float(Float16.greatestFiniteMagnitude)
        return Float16(min(max(weight, -largest), largest))
    }

    /// Back to the last good weights, at half the learning rate.
    mutating func recover() {
        for index in goodParameters.indices {
            network.parameters[index] = Float(goodParameters[index])
        }
        optimizer.reset()
        schedule.halve()
        updatesSinceKept = 0
    }
}
