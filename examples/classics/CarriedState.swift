import Evaluation
import Forecasting
package import Networks

/// One long series read by windows that are shorter than what it depends on: a sensor that reports
/// its level only now and then, and a net that is to know the level at any time.
///
///     input: (1, level) at a report, about every 40 samples, else (0, 0)       target: the level
///
/// Both nets are trained by truncated backpropagation through windows of 10: stateful ones, side by
/// side through equal pieces of the series, go on from the state that the window before left;
/// stateless ones are shuffled and begin from 0, so that most hold no report at all.
package struct CarriedState {
    package enum Windows: String, CaseIterable, Sendable {
        case stateful, stateless
    }

    package static let (window, sampleCount, epochCount) = (10, 32_000, 40)
    private static let (hiddenCount, batch, reportChance) = (16, 16, 1.0 / 40)
    private static let architecture = Architecture(
        cell: .gru, inputCount: 2, hiddenCount: hiddenCount)

    package let windows: Windows
    /// Mean squared error of each epoch.
    package let losses: [Double]
    package let network: Network<Float>
    /// Mean squared error on a series not learned, divided by the variance of its target: read in
    /// windows from the zero state, and sample by sample with the state kept.
    package let (errorInWindows, errorKept): (Double, Double)

    package init(_ windows: Windows, seed: UInt64 = 1) {
        var generator = SeededGenerator(seed: seed)
        let series = Self.series(using: &generator)
        let unseen = Self.series(using: &generator)
        var network = Network<Float>(Self.architecture)
        network.initialize(Initialization(.uniformFanIn, keepGateBias: 1), using: &generator)
        let shuffled = TrainingWindows.shuffled(
            ShuffledWindows(
                sampleCount: Self.sampleCount, window: Self.window, stride: Self.window,
                batch: Self.batch))
        let offsets = TrainingWindows.stateful(
            ParallelWindows(
                sampleCount: Self.sampleCount, window: Self.window, stride: Self.window,
                batch: Self.batch))
        let inOrder = TrainingWindows.stateful(
            ParallelWindows(
                sampleCount: Self.sampleCount, window: Self.window, stride: Self.window, batch: 1))
        var rules = OfflineTraining<Float>.Rules(
            .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.005)
        rules.clipNorm = 1
        var training = OfflineTraining(
            network, on: series, windows: windows == .stateful ? offsets : shuffled, rules: rules)
        losses = (0..<Self.epochCount).map { _ in training.runEpoch(using: &generator) }
        self.network = training.network
        self.windows = windows
        let variance = Self.variance(unseen.targets)
        errorInWindows =
            training.network.meanLoss(on: unseen, windows: shuffled, loss: Loss()) / variance
        errorKept =
            training.network.meanLoss(on: unseen, windows: inOrder, loss: Loss()) / variance
    }

    private static func series(using generator: inout SeededGenerator) -> TrainingSeries<Float> {
        var (inputs, targets): ([Float], [Float]) = ([], [])
        var level: Float = 0
        for _ in 0..<sampleCount {
            let isReport = unitInterval(&generator) < reportChance
            if isReport { level = Float(2 * unitInterval(&generator) - 1) }
            inputs += isReport ? [1, level] : [0, 0]
            targets.append(level)
        }
        return TrainingSeries(architecture, inputs: inputs, targets: targets)
    }

    private static func variance(_ values: [Float]) -> Double {
        let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
        return values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
            / Double(values.count)
    }

    /// The first samples of another series: the level, and what the net takes it for, read as it
    /// learned to.
    package func reading(of count: Int) -> [(level: Double, forecast: Double)] {
        var generator = SeededGenerator(seed: 99)
        let series = Self.series(using: &generator)
        var stepped = SteppedNetwork(network)
        return (0..<count).map { index in
            if windows == .stateless, index % Self.window == 0 { stepped = SteppedNetwork(network) }
            let output = stepped.feed(Array(series.inputs[(2 * index)..<(2 * index + 2)]))
            return (Double(series.targets[index]), Double(output[0]))
        }
    }
}

extension CarriedState {
    package static func outcome() -> Outcome {
        let runs = Windows.allCases.map { CarriedState($0) }
        var table = TextTable(
            heading: ["trained on windows", "last epoch", "unseen, windows from 0", "state kept"])
        for run in runs {
            let errors = [run.losses[epochCount - 1], run.errorInWindows, run.errorKept]
            table.add([run.windows.rawValue] + errors.map { NumberText.fixed($0, decimals: 4) })
        }
        return Outcome(
            title: "State carried over: GRU of \(hiddenCount), windows of \(window), "
                + "reports every 40 samples",
            table: table,
            note: "Mean squared error of the last epoch, then on another series, relative to the "
                + "variance of its level.",
            plots: [("state-loss", lossPlot(runs)), ("state-forecast", forecastPlot(runs))])
    }

    private static func lossPlot(_ runs: [CarriedState]) -> Plot {
        var plot = Plot(
            id: "l", title: "State carried over: loss curves",
            summary: "The stateful net's error falls far below that of the stateless one.",
            x: Axis(title: "epoch", over: [1, Double(epochCount)]),
            y: lossAxis("mean squared error", over: runs.flatMap(\.losses)))
        for (run, style) in zip(runs, ["forecast", "e5"]) {
            plot.addLine(
                curve(run.losses), style: style, label: "\(run.windows.rawValue) windows")
        }
        return plot
    }

    private static func forecastPlot(_ runs: [CarriedState]) -> Plot {
        let count = 300
        let readings = runs.map { $0.reading(of: count) }
        var plot = Plot(
            id: "p", title: "State carried over: the level between reports",
            summary: "The stateful net holds the level, the stateless one loses it.",
            x: Axis(title: "sample", over: [0, Double(count)]),
            y: Axis(title: "level", over: [-1, 1], margin: 0.08))
        let level = readings[0].enumerated().map { (x: Double($0.offset), y: $0.element.level) }
        plot.addLine(level, style: "mixture", label: "the level, reported where it changes")
        for (index, style) in [(1, "e5"), (0, "forecast")] {
            plot.addLine(
                readings[index].enumerated().map { (Double($0.offset), $0.element.forecast) },
                style: style, label: "\(runs[index].windows.rawValue) windows")
        }
        return plot
    }
}
