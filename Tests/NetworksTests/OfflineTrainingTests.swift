import Kernels
import Networks
import TestSupport
import Testing

@Suite("Offline training")
struct OfflineTrainingTests {
    private static let architecture = Architecture(
        cell: .elman(.tanh, bias: true), inputCount: 1, hiddenCount: 4)
    /// 52 samples of a sine with the value after each.
    private let series = TrainingSeries<Double>(
        architecture, inputs: (0..<52).map { Double.sin(0.3 * Double($0)) },
        targets: (1...52).map { Double.sin(0.3 * Double($0)) })

    private func network(seed: UInt64) -> Network<Double> {
        var random = SplitMix64(seed: seed)
        var network = Network<Double>(Self.architecture)
        network.initialize(Initialization(.xavierNormal), using: &random)
        return network
    }

    private static let shuffled = TrainingWindows.shuffled(
        ShuffledWindows(sampleCount: 52, window: 5, stride: 5, batch: 4))
    private static let stateful = TrainingWindows.stateful(
        ParallelWindows(sampleCount: 52, window: 5, stride: 5, batch: 2))

    @Test("an epoch's loss is the mean over its windows, each counted once", arguments: [301])
    func lossOfAnEpoch(seed: UInt64) {
        let network = network(seed: seed)
        var random = SplitMix64(seed: seed)
        // A rate at which nothing moves: the loss is that of the first weights.
        var training = OfflineTraining(
            network, on: series, windows: Self.shuffled, rules: .init(.sgd, learningRate: 1e-300))
        let loss = training.runEpoch(using: &random)

        var one = TruncatedBackpropagation<Double>(Self.architecture, window: 5)
        var batch = WindowBatch<Double>(Self.architecture, window: 5)
        var sum = 0.0
        for window in 0..<10 {
            batch.load(lane: 0, from: series, start: 5 * window)
            sum += one.evaluate(network, on: batch, loss: Loss())
        }
        // Ten windows in batches of 4, 4 and 2.
        #expect((loss - sum / 10).magnitude < 1e-12, "seed \(seed)")
        let evaluated = network.meanLoss(on: series, windows: Self.shuffled, loss: Loss())
        #expect((evaluated - sum / 10).magnitude < 1e-12, "seed \(seed)")
    }

    @Test("stateful windows are one long pass", arguments: [302])
    func stateful(seed: UInt64) {
        let network = network(seed: seed)
        let loss = network.meanLoss(on: series, windows: Self.stateful, loss: Loss())
        var long = TruncatedBackpropagation<Double>(Self.architecture, window: 25, batch: 2)
        var batch = WindowBatch<Double>(Self.architecture, window: 25, batch: 2)
        for lane in 0..<2 { batch.load(lane: lane, from: series, start: 26 * lane) }
        let expected = long.evaluate(network, on: batch, loss: Loss())
        #expect((loss - expected).magnitude < 1e-12, "seed \(seed)")
        let fromZero = network.meanLoss(on: series, windows: Self.shuffled, loss: Loss())
        #expect((fromZero - expected).magnitude > 1e-6, "seed \(seed)")
    }

    @Test("both orders learn, the same way with the same seed", arguments: [303])
    func learns(seed: UInt64) {
        for windows in [Self.shuffled, Self.stateful] {
            func train() -> (losses: [Double], parameters: [Double]) {
                var random = SplitMix64(seed: seed)
                var training = OfflineTraining(
                    network(seed: seed), on: series, windows: windows,
                    rules: .init(
                        .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.02))
                let losses = (0..<60).map { _ in training.runEpoch(using: &random) }
                return (losses, training.network.parameters)
            }
            let (first, second) = (train(), train())
            #expect(first.losses[59] < 0.05 * first.losses[0], "seed \(seed): \(first.losses)")
            #expect(first.parameters == second.parameters, "seed \(seed)")
        }
    }

    @Test("frozen parameters stay, with decay and with momentum too", arguments: [304])
    func frozen(seed: UInt64) {
        let network = network(seed: seed)
        let layout = Self.architecture.layout
        var rules = OfflineTraining<Double>.Rules(.momentum(0.9), learningRate: 0.05)
        rules.weightDecay = 0.1
        rules.frozen = [layout.bias, layout.readoutWeights]
        var random = SplitMix64(seed: seed)
        var training = OfflineTraining(
            network, on: series, windows: Self.shuffled, rules: rules)
        for _ in 0..<3 { _ = training.runEpoch(using: &random) }
        for index in network.parameters.indices {
            let isFrozen = layout.bias.contains(index) || layout.readoutWeights.contains(index)
            let isSame = training.network.parameters[index] == network.parameters[index]
            #expect(isSame == isFrozen, "parameter \(index), seed \(seed)")
        }
    }

    @Test("the clip bounds a step, and a gradient that is not finite makes none", arguments: [305])
    func clipped(seed: UInt64) {
        let network = network(seed: seed)
        let one = TrainingWindows.shuffled(
            ShuffledWindows(sampleCount: 52, window: 52, stride: 1, batch: 1))
        var rules = OfflineTraining<Double>.Rules(.sgd, learningRate: 1)
        rules.clipNorm = 1e-3
        var random = SplitMix64(seed: seed)
        var training = OfflineTraining(network, on: series, windows: one, rules: rules)
        _ = training.runEpoch(using: &random)
        let moved = zip(training.network.parameters, network.parameters)
            .reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        #expect((0.99e-3...1e-3).contains(moved), "seed \(seed): \(moved)")

        var inputs = series.inputs
        inputs[7] = .nan
        let poisoned = TrainingSeries(Self.architecture, inputs: inputs, targets: series.targets)
        training = OfflineTraining(network, on: poisoned, windows: one, rules: rules)
        let loss = training.runEpoch(using: &random)
        #expect(loss.isNaN && training.network.parameters == network.parameters)
    }
}
