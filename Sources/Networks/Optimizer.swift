package import Kernels

/// A first-order optimiser over one flat arena, with PyTorch's conventions (torch.optim, 2.13).
package struct Optimizer<Scalar: Real>: Sendable {
    /// The rule and its constants. g is the gradient with the weight decay added: g + decay·p.
    package enum Rule: Hashable, Sendable {
        /// p ← p − lr·g.
        case sgd
        /// v ← µ·v + g; p ← p − lr·v.   µ in 0..<1, usually 0.9.
        case momentum(Double)
        /// v ← α·v + (1−α)·g²; p ← p − lr·g/(√v + ε).   Usually α 0.99, ε 1e-8.
        case rmsprop(smoothing: Double, epsilon: Double)
        /// Kingma, Ba, "Adam", 2015, bias-corrected, ε outside the root. Usually 0.9, 0.999, 1e-8.
        case adam(beta1: Double, beta2: Double, epsilon: Double)
    }

    package let rule: Rule
    package let parameterCount: Int
    /// L2 decay, added to the gradient of every parameter as decay·p; 0: none.
    package let weightDecay: Double
    /// Momentum's v, Adam's m: one number per parameter, empty where the rule has none.
    package var firstMoments: [Scalar]
    /// RMSProp's and Adam's v: one number per parameter, empty where the rule has none.
    package var secondMoments: [Scalar]
    /// Steps taken so far.
    package var stepCount: Int

    package init(_ rule: Rule, parameterCount: Int, weightDecay: Double = 0) {
        precondition(parameterCount >= 0 && weightDecay >= 0)
        self.rule = rule
        self.parameterCount = parameterCount
        self.weightDecay = weightDecay
        // Each array with memory of its own, from the beginning.
        let counts =
            switch rule {
            case .sgd: (0, 0)
            case .momentum: (parameterCount, 0)
            case .rmsprop: (0, parameterCount)
            case .adam: (parameterCount, parameterCount)
            }
        firstMoments = [Scalar](repeating: 0, count: counts.0)
        secondMoments = [Scalar](repeating: 0, count: counts.1)
        stepCount = 0
    }

    /// Forgets the past: moments and step count back to 0.
    package mutating func reset() {
        for index in firstMoments.indices { firstMoments[index] = 0 }
        for index in secondMoments.indices { secondMoments[index] = 0 }
        stepCount = 0
    }

    /// One update of `parameters` against `gradients`, both as long as the optimiser was made for.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    package mutating func step(
        _ parameters: inout [Scalar], gradients: [Scalar], learningRate: Scalar
    ) {
        precondition(parameters.count == parameterCount && gradients.count == parameterCount)
        stepCount += 1
        let update = OptimizerStep(rate: learningRate, decay: Scalar(weightDecay))
        switch rule {
        case .sgd:
            update.sgd(&parameters, gradients.span)
        case .momentum(let momentum):
            update.momentum(
                &parameters, gradients.span, velocities: &firstMoments,
                momentum: Scalar(momentum))
        case .rmsprop(let smoothing, let epsilon):
            update.rmsprop(
                &parameters, gradients.span, squares: &secondMoments, smoothing: smoothing,
                epsilon: Scalar(epsilon))
        case .adam(let beta1, let beta2, let epsilon):
            update.adam(
                &parameters, gradients.span, means: &firstMoments, squares: &secondMoments,
                betas: (beta1, beta2), epsilon: Scalar(epsilon), step: stepCount)
        }
    }
}
