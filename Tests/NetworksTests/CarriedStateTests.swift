import Kernels
import Networks
import TestSupport
import Testing

/// The state that is carried from sample to sample and from window to window is real.
@Suite("Carried state")
struct CarriedStateTests {
    @Test("samples fed one by one give the bits of one offline pass", arguments: allCells, [41])
    func stepByStep(cell: Cell, seed: UInt64) throws {
        try checkSteps(Float.self, cell, seed)
        try checkSteps(Double.self, cell, seed)
    }

    @Test("windows with carried state give the bits of one long window", arguments: allCells, [51])
    func windowByWindow(cell: Cell, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let architecture = Architecture(
            cell: cell, inputCount: 3, hiddenCount: 7, outputCount: 2)
        let long = RandomNetwork<Float>(architecture, window: 30, batch: 2, using: &random)
        var whole = TruncatedBackpropagation<Float>(architecture, window: 30, batch: 2)
        _ = whole.run(long.network, on: long.batch, loss: Loss())

        var part = TruncatedBackpropagation<Float>(architecture, window: 10, batch: 2)
        var batch = WindowBatch<Float>(architecture, window: 10, batch: 2)
        batch.initialState = long.batch.initialState
        let stateCount = batch.initialState.count
        for window in 0..<3 {
            let inputCount = batch.inputs.count
            batch.inputs = Array(
                long.batch.inputs[(window * inputCount)..<((window + 1) * inputCount)])
            _ = part.run(long.network, on: batch, loss: Loss())
            let states = whole.states[
                (window * 10 * stateCount)..<((window * 10 + 11) * stateCount)]
            try #require(part.states == Array(states), "\(cell), window \(window), seed \(seed)")
            batch.carryState(from: part, afterStep: 10)
        }
    }

    @Test("the windows of a batch do not see each other", arguments: allCells, [61])
    func batchOfOne(cell: Cell, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let architecture = Architecture(
            cell: cell, inputCount: 2, hiddenCount: 5, outputCount: 2)
        let (window, lanes) = (6, 3)
        let all = RandomNetwork<Double>(architecture, window: window, batch: lanes, using: &random)
        var together = TruncatedBackpropagation<Double>(architecture, window: window, batch: lanes)
        let loss = together.run(all.network, on: all.batch, loss: Loss(.sum))

        var alone = TruncatedBackpropagation<Double>(architecture, window: window)
        var sum = 0.0
        var gradients = [Double](repeating: 0, count: architecture.parameterCount)
        for lane in 0..<lanes {
            var batch = WindowBatch<Double>(architecture, window: window)
            func own(_ values: [Double], _ steps: Int) -> [Double] {
                let width = values.count / (steps * lanes)
                return (0..<steps).flatMap { step -> ArraySlice<Double> in
                    let start = (step * lanes + lane) * width
                    return values[start..<(start + width)]
                }
            }
            batch.inputs = own(all.batch.inputs, window)
            batch.targets = own(all.batch.targets, window)
            batch.base = own(all.batch.base, window)
            batch.initialState = own(all.batch.initialState, 1)
            sum += alone.run(all.network, on: batch, loss: Loss(.sum))
            #expect(alone.states == own(together.states, window + 1), "\(cell), seed \(seed)")
            #expect(alone.outputs == own(together.outputs, window), "\(cell), seed \(seed)")
            #expect(
                alone.initialStateGradients == own(together.initialStateGradients, 1),
                "\(cell), seed \(seed)")
            for index in gradients.indices { gradients[index] += alone.gradients[index] }
        }
        #expect((sum - loss).magnitude <= 1e-12 * loss)
        for (a, b) in zip(gradients, together.gradients) {
            try #require((a - b).magnitude <= 1e-12 * max(1, loss), "\(cell), seed \(seed)")
        }
    }
}

private func checkSteps<Scalar: Real>(_ type: Scalar.Type, _ cell: Cell, _ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for output in OutputActivation.allCases {
        let architecture = Architecture(
            cell: cell, inputCount: 3, hiddenCount: 9, outputCount: 2, outputActivation: output)
        var subject = RandomNetwork<Scalar>(architecture, window: 200, batch: 1, using: &random)
        for index in subject.batch.base.indices { subject.batch.base[index] = 0 }
        // Small enough that the cells which do not saturate stay finite for 200 steps.
        for index in subject.network.parameters.indices {
            subject.network.parameters[index] *= 0.25
        }
        var offline = TruncatedBackpropagation<Scalar>(architecture, window: 200)
        _ = offline.run(subject.network, on: subject.batch, loss: Loss())

        var scratch = StepScratch<Scalar>(architecture)
        var state = subject.batch.initialState
        var result = [Scalar](repeating: 0, count: 2)
        for step in 0..<200 {
            let input = Array(subject.batch.inputs[(step * 3)..<(step * 3 + 3)])
            var stateSpan = state.mutableSpan
            var resultSpan = result.mutableSpan
            subject.network.step(
                input: input.span, state: &stateSpan, output: &resultSpan, scratch: &scratch)
            let count = architecture.stateCount
            try #require(state.allSatisfy { $0.isFinite }, "\(cell), step \(step), seed \(seed)")
            let expected = offline.states[((step + 1) * count)..<((step + 2) * count)]
            try #require(state == Array(expected), "\(cell), step \(step), seed \(seed)")
            try #require(
                result == Array(offline.outputs[(step * 2)..<(step * 2 + 2)]),
                "\(cell), step \(step), seed \(seed)")
        }
    }
}
