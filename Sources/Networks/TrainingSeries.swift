package import Kernels

/// A recorded series to train on: N samples with their targets.
package struct TrainingSeries<Scalar: Real>: Sendable {
    /// [N, I].
    package let inputs: [Scalar]
    /// [N, O]; NaN: missing.
    package let targets: [Scalar]
    /// N.
    package let sampleCount: Int

    package init(_ architecture: Architecture, inputs: [Scalar], targets: [Scalar]) {
        sampleCount = inputs.count / architecture.inputCount
        precondition(inputs.count == sampleCount * architecture.inputCount)
        precondition(targets.count == sampleCount * architecture.outputCount)
        self.inputs = inputs
        self.targets = targets
    }
}

extension WindowBatch {
    /// Copies T samples from `start` on into window `lane`; a missing target gets the weight 0,
    /// every other one 1. Base and initial state stay as they are.
    package mutating func load(lane: Int, from series: TrainingSeries<Scalar>, start: Int) {
        precondition((0..<batchCount).contains(lane))
        precondition(start >= 0 && start + windowCount <= series.sampleCount)
        let inputCount = series.inputs.count / series.sampleCount
        let outputCount = series.targets.count / series.sampleCount
        precondition(inputs.count == windowCount * batchCount * inputCount)
        precondition(targets.count == windowCount * batchCount * outputCount)
        for step in 0..<windowCount {
            let (row, sample) = (step * batchCount + lane, start + step)
            for input in 0..<inputCount {
                inputs[row * inputCount + input] = series.inputs[sample * inputCount + input]
            }
            for output in 0..<outputCount {
                let target = series.targets[sample * outputCount + output]
                targets[row * outputCount + output] = target
                weights[row * outputCount + output] = target.isNaN ? 0 : 1
            }
        }
    }

    /// Takes window `lane` out of the loss: every target's weight becomes 0.
    package mutating func clear(lane: Int) {
        precondition((0..<batchCount).contains(lane))
        let outputCount = weights.count / (windowCount * batchCount)
        for step in 0..<windowCount {
            let row = step * batchCount + lane
            for output in 0..<outputCount { weights[row * outputCount + output] = 0 }
        }
    }

    /// Every window starts from the zero state.
    package mutating func resetState() {
        for index in initialState.indices { initialState[index] = 0 }
    }

    /// Every window starts from its state after `step` steps of the last run, 0...T.
    package mutating func carryState(
        from last: TruncatedBackpropagation<Scalar>, afterStep step: Int
    ) {
        precondition((0...last.windowCount).contains(step))
        let count = initialState.count
        precondition(last.states.count == (last.windowCount + 1) * count)
        for index in 0..<count { initialState[index] = last.states[step * count + index] }
    }
}
