import Evaluation
import Forecasting
import Kernels
package import Networks

/// A sine under noise of deviation 0.3, learned from windows of 10 to the value after them by an
/// Elman net of 64 tanh units with plain gradient descent, in shuffled batches of 8.
package struct NoisySine {
    package static let (period, windowCount, window) = (30, 80, 10)
    package static let noise = 0.3
    package static let epochCount = 201
    private static let (hiddenCount, batch, learningRate) = (64, 8, 0.01)

    package let seed: UInt64
    /// The series learned: `windowCount` windows and the value after the last.
    package let values: [Float]
    package let network: Network<Float>
    /// Mean squared error of each epoch. Below noise² it has learned the noise by heart.
    package let losses: [Double]

    /// seed: of the noise, of the first weights, and of the batches.
    package init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        values = (0..<(Self.windowCount + Self.window)).map { index in
            Float(Self.mean(index) + Self.noise * standardNormal(&generator))
        }
        let architecture = Architecture(
            cell: .elman(.tanh, bias: true), inputCount: 1, hiddenCount: Self.hiddenCount)
        var network = Network<Float>(architecture)
        // PyTorch's own way, but for the biases, which begin at 0 here.
        let bound = 1 / Double(Self.hiddenCount).squareRoot()
        network.initialize(Initialization(.uniform(bound: bound)), using: &generator)
        let series = TrainingSeries(
            architecture, inputs: Array(values.dropLast()), targets: Array(values.dropFirst()))
        let windows = ShuffledWindows(
            sampleCount: series.sampleCount, window: Self.window, batch: Self.batch)
        var training = OfflineTraining(
            network, on: series, windows: .shuffled(windows),
            rules: .init(
                .sgd, learningRate: Self.learningRate, loss: Loss(.mean, steps: .last)))
        losses = (0..<Self.epochCount).map { _ in training.runEpoch(using: &generator) }
        self.network = training.network
        self.seed = seed
    }

    /// The sine without its noise.
    package static func mean(_ index: Int) -> Double {
        Double.sin(2 * .pi * Double(index) / Double(period))
    }

    /// Two periods in closed loop after the series' last window.
    package var continuation: [Float] {
        network.continuation(of: values.suffix(Self.window), steps: 2 * Self.period)
    }
}

/// The experiment on six seeds.
package struct NoisySines {
    package let runs = (1...6).map { NoisySine(seed: $0) }

    package init() {}

    package var outcome: Outcome {
        var table = TextTable(heading: ["noise seed", "epoch 1", "epoch 101", "epoch 201"])
        for run in runs {
            let losses = [1, 101, 201].map { NumberText.fixed(run.losses[$0 - 1], decimals: 3) }
            table.add([String(run.seed)] + losses)
        }
        let last = runs.map { $0.losses[NoisySine.epochCount - 1] }
        let mean = NumberText.fixed(last.reduce(0, +) / Double(last.count), decimals: 4)
        return Outcome(
            title: "Noisy sine, 64 tanh units, windows of 10, batches of 8, SGD 0.01",
            table: table, note: "Mean squared error at epoch 201, mean of the seeds: \(mean).",
            plots: [("noisy-sine-loss", lossPlot), ("noisy-sine-forecast", forecastPlot)],
            files: [("noisy-sine.csv", data)])
    }

    /// A column for each seed, for the same experiment in other programs.
    private var data: String {
        let header = runs.map { "seed\($0.seed)" }.joined(separator: ",")
        let rows = runs[0].values.indices.map { row in
            runs.map { $0.values[row].description }.joined(separator: ",")
        }
        return ([header] + rows).joined(separator: "\n") + "\n"
    }

    private var lossPlot: Plot {
        var plot = Plot(
            id: "l", title: "Noisy sine: loss curves",
            summary: "Mean squared error of each epoch for six seeds, down to the noise.",
            x: Axis(title: "epoch", over: [1, Double(NoisySine.epochCount)]),
            y: lossAxis("mean squared error", over: runs.flatMap(\.losses)))
        for (run, style) in zip(runs, ["forecast", "e1", "e2", "e3", "actual", "e5"]) {
            plot.addLine(curve(run.losses), style: style, label: "seed \(run.seed)")
        }
        let variance = NoisySine.noise * NoisySine.noise
        plot.addLine(
            [(1, variance), (Double(NoisySine.epochCount), variance)], style: "ideal",
            label: "variance of the noise")
        return plot
    }

    private var forecastPlot: Plot {
        let run = runs[0]
        let shown = 2 * NoisySine.period
        let first = run.values.count - shown
        let past = (first..<run.values.count).map { (x: Double($0), y: Double(run.values[$0])) }
        let drawing = run.continuation.enumerated().map { index, value in
            (x: Double(run.values.count + index), y: Double(value))
        }
        let end = run.values.count + drawing.count - 1
        var plot = Plot(
            id: "p", title: "Noisy sine: what the net draws by itself",
            summary: "After the noisy values the net goes on with a sine without noise.",
            x: Axis(title: "sample", over: [Double(first), Double(end)]),
            y: Axis(title: "value", over: (past + drawing).map(\.y) + [-1, 1], margin: 0.08))
        plot.addLine(past, style: "actual", label: "noisy values it learned")
        plot.addLine(drawing, style: "forecast", label: "closed loop")
        plot.addLine(
            (first...end).map { (Double($0), NoisySine.mean($0)) }, style: "ideal",
            label: "the sine")
        return plot
    }
}
