import Kernels
import Networks
import TestSupport
import Testing

/// Backpropagation against central finite differences of the forward pass, in Double.
@Suite("Gradients against finite differences")
struct GradientTests {
    @Test("every cell has the gradient of its loss", arguments: allCells, [1, 2, 3])
    func cells(cell: Cell, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let subject = RandomNetwork<Double>(cell, using: &random)
        try checkGradients(subject, Loss(), "\(cell), seed \(seed)")
    }

    @Test("every loss has its gradient", arguments: allLosses, [11, 12])
    func losses(loss: Loss, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for output in OutputActivation.allCases {
            let subject = RandomNetwork<Double>(.gru, output: output, using: &random)
            try checkGradients(subject, loss, "\(loss), \(output), seed \(seed)")
        }
    }

    @Test("missing and weighted targets have their gradient", arguments: allCells, [21])
    func weights(cell: Cell, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var subject = RandomNetwork<Double>(cell, output: .sigmoid, using: &random)
        for index in subject.batch.weights.indices {
            let missing = Bool.random(using: &random)
            subject.batch.weights[index] = missing ? 0 : .random(in: 0.1...2, using: &random)
            if missing { subject.batch.targets[index] = .nan }
        }
        try checkGradients(subject, Loss(), "\(cell), seed \(seed)")
    }

    @Test("dropout has the gradient of its mask", arguments: allCells, [31, 32])
    func dropout(cell: Cell, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let subject = RandomNetwork<Double>(cell, output: .sigmoid, using: &random)
        var mask = DropoutMask<Double>(
            subject.architecture, window: subject.window, batch: subject.batchCount)
        mask.draw(rate: 0.4, using: &random)
        try checkGradients(subject, Loss(.sum), dropout: mask, "\(cell), seed \(seed)")
    }
}

private let allLosses: [Loss] = [
    Loss(.mean), Loss(.sum), Loss(.constant(3.5)), Loss(.mean, steps: .last),
    Loss(.sum, steps: .last), Loss(.mean, errorClip: 0.7),
    Loss(.constant(7), steps: .last, errorClip: 0.3),
]

private func checkGradients(
    _ subject: RandomNetwork<Double>, _ loss: Loss, dropout: DropoutMask<Double>? = nil,
    _ label: String
) throws {
    var backpropagation = subject.backpropagation
    let value = backpropagation.run(
        subject.network, on: subject.batch, loss: loss, dropout: dropout)
    let gradients = backpropagation.gradients
    let stateGradients = backpropagation.initialStateGradients
    try #require(value.isFinite, "\(label)")
    let scale = gradients.map(\.magnitude).max() ?? 0
    try #require(scale > 0, "\(label): no gradient at all")

    // Rounding costs about 1e-16 / step, the third derivative about step².
    let step = 1e-5
    let tolerance = 1e-8 * max(1, scale, value)
    func slope(_ change: (inout RandomNetwork<Double>, Double) -> Void) -> Double {
        func moved(_ delta: Double) -> Double {
            var copy = subject
            change(&copy, delta)
            return backpropagation.run(
                copy.network, on: copy.batch, loss: loss, dropout: dropout)
        }
        return (moved(step) - moved(-step)) / (2 * step)
    }
    for index in gradients.indices {
        let expected = slope { $0.network.parameters[index] += $1 }
        let error = (gradients[index] - expected).magnitude
        try #require(
            error <= tolerance, "\(label): parameter \(index): \(gradients[index]), \(expected)")
    }
    for index in stateGradients.indices {
        let expected = slope { $0.batch.initialState[index] += $1 }
        let error = (stateGradients[index] - expected).magnitude
        try #require(
            error <= tolerance, "\(label): state \(index): \(stateGradients[index]), \(expected)")
    }
}
