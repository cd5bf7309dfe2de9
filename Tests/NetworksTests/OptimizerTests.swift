import Kernels
import Networks
import TestSupport
import Testing

@Suite("Optimizer")
struct OptimizerTests {
    static let rules: [Optimizer<Double>.Rule] = [
        .sgd, .momentum(0.9), .rmsprop(smoothing: 0.99, epsilon: 1e-8),
        .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8),
    ]

    @Test("a rule does what torch.optim documents, with weight decay", arguments: rules, [0, 0.03])
    func documented(rule: Optimizer<Double>.Rule, decay: Double) throws {
        let seed: UInt64 = 71
        var random = SplitMix64(seed: seed)
        var parameters: [Double] = draws(5, &random)
        var optimizer = Optimizer<Double>(rule, parameterCount: 5, weightDecay: decay)
        var expected = parameters.map { Reference(p: $0) }
        for step in 1...50 {
            let gradients: [Double] = draws(5, &random)
            optimizer.step(&parameters, gradients: gradients, learningRate: 0.02)
            for index in 0..<5 {
                expected[index].step(rule, gradients[index], decay, rate: 0.02, t: step)
                let error = (parameters[index] - expected[index].p).magnitude
                try #require(error < 1e-13, "\(rule), step \(step), seed \(seed)")
            }
        }
        #expect(optimizer.stepCount == 50)
    }

    @Test("every rule finds the minimum of a parabola", arguments: rules)
    func minimum(rule: Optimizer<Double>.Rule) {
        var parameters = [3.0, -2]
        var optimizer = Optimizer<Double>(rule, parameterCount: 2)
        for step in 0..<4000 {
            let gradients = [2 * (parameters[0] - 1), 20 * (parameters[1] - 0.5)]
            let rate = 0.02 / (1 + Double(step) / 50)
            optimizer.step(&parameters, gradients: gradients, learningRate: rate)
        }
        #expect((parameters[0] - 1).magnitude < 2e-2)
        #expect((parameters[1] - 0.5).magnitude < 2e-2)
    }

    @Test("weight decay shrinks a weight that has no gradient", arguments: rules)
    func decay(rule: Optimizer<Double>.Rule) {
        var parameters = [1.0]
        var optimizer = Optimizer<Double>(rule, parameterCount: 1, weightDecay: 0.1)
        for _ in 0..<10 { optimizer.step(&parameters, gradients: [0], learningRate: 0.01) }
        #expect(parameters[0] < 1 && parameters[0] > 0.5)
    }

    @Test("a reset optimiser is a new one", arguments: rules)
    func reset(rule: Optimizer<Double>.Rule) {
        var used = Optimizer<Double>(rule, parameterCount: 2)
        var parameters = [1.0, 2]
        used.step(&parameters, gradients: [3, 4], learningRate: 0.1)
        used.reset()
        var fresh = Optimizer<Double>(rule, parameterCount: 2)
        var (a, b) = ([1.0, 2], [1.0, 2])
        used.step(&a, gradients: [-1, 5], learningRate: 0.1)
        fresh.step(&b, gradients: [-1, 5], learningRate: 0.1)
        #expect(a == b)
        #expect(used.stepCount == 1)
    }

    @Test("Adam's bias correction stays finite after many steps")
    func manySteps() {
        var optimizer = Optimizer<Float>(
            .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), parameterCount: 1)
        optimizer.stepCount = 3_000_000_000
        var parameters: [Float] = [1]
        optimizer.step(&parameters, gradients: [1], learningRate: 0.01)
        // m = 0.1, v = 0.001, no correction left.
        let expected: Float = 1 - 0.01 * 0.1 / Float(0.001).squareRoot()
        #expect((parameters[0] - expected).magnitude < 1e-6)
    }
}

/// torch.optim's documentation, one parameter, written down without regard to speed.
private struct Reference {
    var p: Double
    var m = 0.0
    var v = 0.0

    mutating func step(
        _ rule: Optimizer<Double>.Rule, _ gradient: Double, _ decay: Double, rate: Double, t: Int
    ) {
        let g = gradient + decay * p
        switch rule {
        case .sgd:
            p -= rate * g
        case .momentum(let mu):
            m = t == 1 ? g : mu * m + g
            p -= rate * m
        case .rmsprop(let alpha, let epsilon):
            v = alpha * v + (1 - alpha) * g * g
            p -= rate * g / (v.squareRoot() + epsilon)
        case .adam(let beta1, let beta2, let epsilon):
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g * g
            var (power1, power2) = (1.0, 1.0)
            for _ in 0..<t { (power1, power2) = (power1 * beta1, power2 * beta2) }
            p -= rate * (m / (1 - power1)) / ((v / (1 - power2)).squareRoot() + epsilon)
        }
    }
}
