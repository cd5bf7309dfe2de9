import Kernels
import Networks
import TestSupport
import Testing

/// The kernels in Float against the plain loops in Double, which never use any, in all sizes of
/// tiles.
@Suite("Kernels against the plain loops")
struct NetworkKernelsTests {
    private static let hiddenCounts = [
        1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 20, 24, 31, 32, 40, 41, 56, 64, 96, 121, 128, 200,
    ]

    private struct Case {
        let plain: RandomNetwork<Double>
        let fast: RandomNetwork<Float>
        let mask: Bool

        /// inputs: some, without a number; with one there are fewer rows.
        init(_ cell: Cell, hidden: Int, inputs: Int? = nil, seed: UInt64) {
            var random = SplitMix64(seed: seed)
            let output: OutputActivation = Bool.random(using: &random) ? .sigmoid : .identity
            let some = Int.random(in: 1...20, using: &random)
            let architecture = Architecture(
                cell: cell, inputCount: inputs ?? some, hiddenCount: hidden,
                outputCount: .random(in: 1...3, using: &random), outputActivation: output)
            let most = inputs == nil ? 9 : 3
            let window = Int.random(in: 1...most, using: &random)
            let batch = Int.random(in: 1...most, using: &random)
            mask = Bool.random(using: &random)
            var (copy, missing) = (random, SplitMix64(seed: seed + 1))
            var plain = RandomNetwork<Double>(
                architecture, window: window, batch: batch, using: &random)
            var fast = RandomNetwork<Float>(
                architecture, window: window, batch: batch, using: &copy)
            // Weights that do not saturate the gates.
            let scale = 1 / Double(hidden).squareRoot()
            for index in plain.network.parameters.indices {
                plain.network.parameters[index] *= scale
                fast.network.parameters[index] = Float(plain.network.parameters[index])
            }
            for index in plain.batch.weights.indices where Double.unit(&missing) < 0.2 {
                plain.batch.weights[index] = 0
                fast.batch.weights[index] = 0
            }
            self.plain = plain
            self.fast = fast
        }
    }

    @Test("states, outputs and gradients are the same", arguments: allCells, hiddenCounts)
    func passes(cell: Cell, hidden: Int) throws {
        for seed: UInt64 in 1...3 {
            try check(
                Case(cell, hidden: hidden, seed: seed),
                "\(cell), hidden \(hidden), seed \(seed)", seed: seed)
        }
    }

    @Test(
        "so they are of the largest sizes that there are kernels for, and beyond",
        arguments: [Cell.elman(.tanh, bias: true), .gru, .lstm, .lstmPeephole],
        [(512, 3), (505, 75), (5, 512), (513, 2), (2, 513)])
    func largest(cell: Cell, size: (hidden: Int, inputs: Int)) throws {
        let both = Case(cell, hidden: size.hidden, inputs: size.inputs, seed: 5)
        try check(both, "\(cell), \(size)", seed: 5)
    }

    private func check(_ both: Case, _ what: String, seed: UInt64) throws {
        let (plain, fast) = (both.plain, both.fast)
        var expected = plain.backpropagation
        var got = fast.backpropagation
        var masks: (DropoutMask<Double>, DropoutMask<Float>)?
        if both.mask {
            var masksOfBoth = (
                DropoutMask<Double>(
                    plain.architecture, window: plain.window, batch: plain.batchCount),
                DropoutMask<Float>(
                    plain.architecture, window: plain.window, batch: plain.batchCount)
            )
            var (first, second) = (SplitMix64(seed: seed), SplitMix64(seed: seed))
            masksOfBoth.0.draw(rate: 0.3, using: &first)
            masksOfBoth.1.draw(rate: 0.3, using: &second)
            masks = masksOfBoth
        }
        let loss = Loss(.mean, errorClip: 0.7)
        let one = expected.run(plain.network, on: plain.batch, loss: loss, dropout: masks?.0)
        let other = got.run(fast.network, on: fast.batch, loss: loss, dropout: masks?.1)
        #expect(abs(one - Double(other)) < 1e-5 * (1 + one), "\(what)")
        try compare(got.states, expected.states, "states of \(what)")
        try compare(got.outputs, expected.outputs, "outputs of \(what)")
        try compare(got.gradients, expected.gradients, "gradients of \(what)")
        try compare(
            got.initialStateGradients, expected.initialStateGradients, "dstate of \(what)")
    }

    @Test("a step is the same as in the window", arguments: allCells, hiddenCounts)
    func step(cell: Cell, hidden: Int) throws {
        let both = Case(cell, hidden: hidden, seed: 9)
        let (plain, fast) = (both.plain, both.fast)
        let architecture = plain.architecture
        let window = plain.window * plain.batchCount
        var (state, wanted) = (
            [Float](repeating: 0, count: architecture.stateCount),
            [Double](repeating: 0, count: architecture.stateCount)
        )
        var scratch = StepScratch<Float>(architecture)
        var plainScratch = StepScratch<Double>(architecture)
        var (output, wantedOutput) = (
            [Float](repeating: 0, count: architecture.outputCount),
            [Double](repeating: 0, count: architecture.outputCount)
        )
        for row in 0..<window {
            let range = row * architecture.inputCount..<(row + 1) * architecture.inputCount
            do {
                var stateSpan = state.mutableSpan
                var outputSpan = output.mutableSpan
                fast.network.step(
                    input: fast.batch.inputs.span.extracting(range), state: &stateSpan,
                    output: &outputSpan, scratch: &scratch)
            }
            var stateSpan = wanted.mutableSpan
            var outputSpan = wantedOutput.mutableSpan
            plain.network.step(
                input: plain.batch.inputs.span.extracting(range), state: &stateSpan,
                output: &outputSpan, scratch: &plainScratch)
        }
        try compare(state, wanted, "state of \(cell), hidden \(hidden)")
        try compare(output, wantedOutput, "output of \(cell), hidden \(hidden)")
    }

    @Test("networks side by side come to what each comes to alone", arguments: allCells)
    func sideBySide(cell: Cell) throws {
        for hidden in [3, 16, 24, 40] {
            let cases = (0..<11).map { seed in
                var random = SplitMix64(seed: UInt64(seed))
                let architecture = Architecture(
                    cell: cell, inputCount: 5, hiddenCount: hidden, outputCount: 2,
                    outputActivation: .sigmoid)
                return RandomNetwork<Float>(architecture, window: 7, batch: 3, using: &random)
            }
            var together = cases.map(\.backpropagation)
            let losses = TruncatedBackpropagation<Float>.run(
                &together, cases.map(\.network), on: cases.map(\.batch), loss: Loss())
            for index in cases.indices {
                var alone = cases[index].backpropagation
                let loss = alone.run(
                    cases[index].network, on: cases[index].batch, loss: Loss())
                let what = "\(cell), hidden \(hidden), network \(index)"
                try #require(loss.bitPattern == losses[index].bitPattern, "\(what)")
                try #require(bits(together[index].gradients) == bits(alone.gradients), "\(what)")
                try #require(bits(together[index].states) == bits(alone.states), "\(what)")
                try #require(bits(together[index].outputs) == bits(alone.outputs), "\(what)")
                try #require(
                    bits(together[index].initialStateGradients)
                        == bits(alone.initialStateGradients), "\(what)")
            }
        }
    }

    @Test("a window comes out the same in whatever batch, and step by step", arguments: allCells)
    func company(cell: Cell) throws {
        for hidden in [1, 5, 16, 24, 33, 64, 96] {
            var random = SplitMix64(seed: UInt64(hidden))
            let architecture = Architecture(
                cell: cell, inputCount: 3, hiddenCount: hidden, outputCount: 2)
            let (window, lanes) = (4, 7)
            let all = RandomNetwork<Float>(
                architecture, window: window, batch: lanes, using: &random)
            var together = all.backpropagation
            _ = together.run(all.network, on: all.batch, loss: Loss(.sum))
            for lane in 0..<lanes {
                var batch = WindowBatch<Float>(architecture, window: window)
                batch.inputs = row(lane, of: all.batch.inputs, lanes)
                batch.targets = row(lane, of: all.batch.targets, lanes)
                batch.weights = row(lane, of: all.batch.weights, lanes)
                batch.base = row(lane, of: all.batch.base, lanes)
                batch.initialState = row(lane, of: all.batch.initialState, lanes, 1)
                var alone = TruncatedBackpropagation<Float>(architecture, window: window)
                _ = alone.run(all.network, on: batch, loss: Loss(.sum))
                let what = "\(cell), hidden \(hidden), window \(lane)"
                let states = row(lane, of: together.states, lanes, window + 1)
                try #require(bits(alone.states) == bits(states), "\(what)")
                let outputs = row(lane, of: together.outputs, lanes, window)
                try #require(bits(alone.outputs) == bits(outputs), "\(what)")
                let dstates = row(lane, of: together.initialStateGradients, lanes, 1)
                try #require(bits(alone.initialStateGradients) == bits(dstates), "\(what)")
                var state = batch.initialState
                var scratch = StepScratch<Float>(architecture)
                var output: [Float] = [0, 0]
                for time in 0..<window {
                    var stateSpan = state.mutableSpan
                    var outputSpan = output.mutableSpan
                    all.network.step(
                        input: batch.inputs.span.extracting(3 * time..<3 * time + 3),
                        state: &stateSpan, output: &outputSpan, scratch: &scratch)
                }
                let last = Array(alone.states.suffix(state.count))
                try #require(bits(state) == bits(last), "\(what)")
            }
        }
    }

    /// What belongs to one window of [steps, lanes, …].
    private func row(
        _ lane: Int, of numbers: [Float], _ lanes: Int, _ steps: Int = 4
    ) -> [Float] {
        let width = numbers.count / (lanes * steps)
        var row: [Float] = []
        for step in 0..<steps {
            let start = (step * lanes + lane) * width
            row += numbers[start..<(start + width)]
        }
        return row
    }

    private func bits(_ numbers: [Float]) -> [UInt32] { numbers.map(\.bitPattern) }

    @Test("a weight that is not a number makes the output none", arguments: allCells)
    func notANumber(cell: Cell) {
        var fast = Case(cell, hidden: 24, seed: 2).fast
        let layout = fast.architecture.layout
        fast.network.parameters[layout.recurrentWeights.lowerBound] = .nan
        fast.network.parameters[layout.inputWeights.lowerBound] = .nan
        var backpropagation = fast.backpropagation
        let loss = backpropagation.run(fast.network, on: fast.batch, loss: Loss(.sum))
        #expect(loss.isNaN)
    }

    @Test("the norm and Adam are the same", arguments: [1, 7, 8, 16, 63, 64, 65, 2785])
    func optimizer(count: Int) throws {
        var random = SplitMix64(seed: 4)
        let rule = (0.9, 0.999, 1e-8)
        var plain = Optimizer<Double>(
            .adam(beta1: rule.0, beta2: rule.1, epsilon: rule.2), parameterCount: count,
            weightDecay: 0.01)
        var fast = Optimizer<Float>(
            .adam(beta1: rule.0, beta2: rule.1, epsilon: rule.2), parameterCount: count,
            weightDecay: 0.01)
        var wanted: [Double] = draws(count, &random)
        var got = wanted.map { Float($0) }
        for _ in 0..<20 {
            var gradients: [Double] = draws(count, &random)
            var floats = gradients.map { Float($0) }
            let norms = (clip(&gradients, toNorm: 0.5), clip(&floats, toNorm: 0.5))
            #expect(abs(norms.0 - Double(norms.1)) < 1e-6 * (1 + norms.0))
            plain.step(&wanted, gradients: gradients, learningRate: 0.01)
            fast.step(&got, gradients: floats, learningRate: 0.01)
        }
        try compare(got, wanted, "parameters")
        try compare(fast.secondMoments, plain.secondMoments, "second moments")
    }

    /// Within some roundings of the largest number.
    private func compare(_ got: [Float], _ expected: [Double], _ what: String) throws {
        try #require(got.count == expected.count)
        let size = expected.map { abs($0) }.max() ?? 0
        for index in got.indices {
            let error = abs(Double(got[index]) - expected[index])
            if error < 1e-5 * (size + 1e-3) { continue }
            Issue.record("\(what), \(index): \(got[index]), not \(expected[index])")
            return
        }
    }
}

extension Double {
    fileprivate static func unit(_ random: inout SplitMix64) -> Double {
        .random(in: 0..<1, using: &random)
    }
}
