import Evaluation
import Forecasting
package import Networks

/// Binary addition: two numbers of 8 bits go in bit by bit, the lowest first, and the 9 bits of
/// their sum come out, by an Elman net of sigmoid units that has to find out about the carry.
package struct BinaryAddition {
    package enum Start: String, CaseIterable, Sendable {
        /// Deviation 1.
        case normal
        case xavier = "Xavier"
        case he = "He"

        var scheme: Initialization.Scheme {
            switch self {
            case .normal: .normal(standardDeviation: 1)
            case .xavier: .xavierNormal
            case .he: .heNormal
            }
        }
    }

    package static let (bits, pairCount) = (8, 1000)
    private static let (hiddenCount, batch, epochCount) = (16, 10, 100)
    private static let stageEpochs = [5, 10, epochCount]
    private static let architecture = Architecture(
        cell: .elman(.sigmoid, bias: true), inputCount: 2, hiddenCount: hiddenCount,
        outputActivation: .sigmoid)

    package let start: Start
    /// Mean squared error of the bits in each epoch.
    package let losses: [Double]
    package let network: Network<Float>
    /// The net while it learns, after some epochs and after the last.
    private let stages: [(epoch: Int, network: Network<Float>)]
    /// The pairs, as `a·256 + b`, that were not learned, and those of them whose sum is wrong.
    package let (unseenCount, wrongCount): (Int, Int)

    package init(_ start: Start, seed: UInt64 = 1) {
        var generator = SeededGenerator(seed: seed)
        var pairs = Array(0..<(1 << (2 * Self.bits)))
        pairs.shuffle(using: &generator)
        let learned = pairs.prefix(Self.pairCount)
        var network = Network<Float>(Self.architecture)
        network.initialize(Initialization(start.scheme), using: &generator)
        let series = TrainingSeries(
            Self.architecture, inputs: learned.flatMap { Self.digits(of: $0).flatMap(\.inputs) },
            targets: learned.flatMap { Self.digits(of: $0).map(\.sum) })
        let windows = ShuffledWindows(
            sampleCount: series.sampleCount, window: Self.bits + 1, stride: Self.bits + 1,
            batch: Self.batch)
        var training = OfflineTraining(
            network, on: series, windows: .shuffled(windows),
            rules: .init(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.01))
        var losses: [Double] = []
        var stages: [(Int, Network<Float>)] = []
        for epoch in 1...Self.epochCount {
            losses.append(training.runEpoch(using: &generator))
            if Self.stageEpochs.contains(epoch) { stages.append((epoch, training.network)) }
        }
        (self.losses, self.stages) = (losses, stages)
        self.network = training.network
        self.start = start
        let net = training.network
        unseenCount = pairs.count - learned.count
        wrongCount = pairs.dropFirst(Self.pairCount).count { pair in
            let outputs = Self.outputs(of: net, pair: pair)
            return zip(outputs, Self.digits(of: pair)).contains { ($0 > 0.5) != ($1.sum > 0.5) }
        }
    }

    /// The 9 steps of a pair: the bits of both numbers, and the sum's.
    private static func digits(of pair: Int) -> [(inputs: [Float], sum: Float)] {
        let (a, b) = (pair >> bits, pair & ((1 << bits) - 1))
        return (0...bits).map { bit in
            let digits = [a, b, a + b].map { Float(($0 >> bit) & 1) }
            return (Array(digits[..<2]), digits[2])
        }
    }

    private static func outputs(of network: Network<Float>, pair: Int) -> [Float] {
        var stepped = SteppedNetwork(network)
        return digits(of: pair).map { stepped.feed($0.inputs)[0] }
    }
}

extension BinaryAddition {
    package static func outcome() -> Outcome {
        let runs = Start.allCases.map { BinaryAddition($0) }
        var table = TextTable(
            heading: [
                "first weights", "epoch 1", "epoch 10", "last epoch", "unseen pairs", "wrong",
            ])
        for run in runs {
            let losses = [0, 9, run.losses.count - 1].map { NumberText.significant(run.losses[$0]) }
            let counts = [run.unseenCount, run.wrongCount].map(NumberText.grouped)
            table.add([run.start.rawValue] + losses + counts)
        }
        return Outcome(
            title: "Binary addition of 8 bits, \(hiddenCount) sigmoid units", table: table,
            note: "Mean squared error of the bits while learning \(pairCount) pairs; then all "
                + "other pairs of 8-bit numbers.",
            plots: [
                ("addition-loss", lossPlot(runs)), ("addition-forecast", forecastPlot(runs[1])),
            ])
    }

    private static func lossPlot(_ runs: [BinaryAddition]) -> Plot {
        var plot = Plot(
            id: "l", title: "Binary addition: loss curves",
            summary: "Mean squared error of the bits for three kinds of first weights.",
            x: Axis(title: "epoch", over: [1, Double(epochCount)]),
            y: lossAxis("mean squared error", over: runs.flatMap(\.losses)))
        for (run, style) in zip(runs, ["forecast", "e5", "e2"]) {
            plot.addLine(curve(run.losses), style: style, label: run.start.rawValue)
        }
        return plot
    }

    /// The bits of a few sums one after the other, by one net while it learns.
    private static func forecastPlot(_ run: BinaryAddition) -> Plot {
        let pairs = [(255, 1), (170, 85), (99, 158), (251, 254)]
        let codes = pairs.map { $0 << bits | $1 }
        let truth = codes.flatMap { digits(of: $0).map(\.sum) }
        let names = pairs.enumerated().map { index, pair in
            Axis.Tick(
                position: (Double(index) + 0.5) / Double(pairs.count),
                label: "\(pair.0) + \(pair.1) = \(pair.0 + pair.1)")
        }
        var plot = Plot(
            id: "p", title: "Binary addition: bits by the net with \(run.start.rawValue) weights",
            summary: "The outputs move to 0 and 1, where the bits are.",
            x: Axis(
                title: "bits of four sums, the lowest of each first", from: 0,
                to: Double(truth.count), ticks: names),
            y: Axis(title: "output", over: [0, 1], margin: 0.08))
        func steps(_ values: [Float]) -> [(x: Double, y: Double)] {
            values.enumerated().flatMap { index, value in
                [(Double(index), Double(value)), (Double(index + 1), Double(value))]
            }
        }
        for (stage, style) in zip(run.stages, ["e1", "e2", "forecast"]) {
            let values = codes.flatMap { outputs(of: stage.network, pair: $0) }
            plot.addLine(steps(values), style: style, label: "after epoch \(stage.epoch)")
        }
        plot.addLine(steps(truth), style: "ideal", label: "the bits")
        return plot
    }
}
