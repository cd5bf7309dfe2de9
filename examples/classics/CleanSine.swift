import Evaluation
import Forecasting
import Kernels
package import Networks

/// A sine without noise, learned from windows to the value after them (seq-to-one) by an Elman net
/// of 60 tanh units with Adam, then continued in closed loop.
package struct CleanSine {
    /// Samples of a period, of the series, of a window.
    package static let (period, sampleCount, window) = (50, 250, 20)
    private static let (hiddenCount, batch, epochCount) = (60, 16, 60)

    package let network: Network<Float>
    /// Mean squared error of each epoch.
    package let losses: [Double]

    package init(seed: UInt64 = 1) {
        let architecture = Architecture(
            cell: .elman(.tanh, bias: true), inputCount: 1, hiddenCount: Self.hiddenCount)
        var generator = SeededGenerator(seed: seed)
        var network = Network<Float>(architecture)
        network.initialize(Initialization(.xavierUniform), using: &generator)
        let values = (0...Self.sampleCount).map(Self.value)
        let series = TrainingSeries(
            architecture, inputs: Array(values.dropLast()), targets: Array(values.dropFirst()))
        let windows = ShuffledWindows(
            sampleCount: series.sampleCount, window: Self.window, batch: Self.batch)
        var training = OfflineTraining(
            network, on: series, windows: .shuffled(windows),
            rules: .init(
                .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.001,
                loss: Loss(.mean, steps: .last)))
        losses = (0..<Self.epochCount).map { _ in training.runEpoch(using: &generator) }
        self.network = training.network
    }

    package static func value(_ index: Int) -> Float {
        Float(Double.sin(2 * .pi * Double(index) / Double(period)))
    }

    /// One period in closed loop after one window, which begins where the series learned ends.
    package var continuation: [(value: Float, forecast: Float)] {
        let start = Self.sampleCount
        let window = (start..<(start + Self.window)).map(Self.value)
        let forecasts = network.continuation(of: window, steps: Self.period)
        return forecasts.enumerated().map { index, forecast in
            (Self.value(start + Self.window + index), forecast)
        }
    }

    /// The greatest error within the period.
    package var greatestError: Double {
        continuation.map { Double(($0.forecast - $0.value).magnitude) }.max() ?? .nan
    }
}

extension CleanSine {
    package var outcome: Outcome {
        var table = TextTable(heading: ["epoch", "mean squared error"])
        for epoch in [1, 2, 5, 10, 20, 40, losses.count] {
            table.add([String(epoch), NumberText.significant(losses[epoch - 1])])
        }
        let error = NumberText.fixed(greatestError, decimals: 4)
        return Outcome(
            title: "Clean sine, \(Self.hiddenCount) tanh units, windows of \(Self.window), Adam",
            table: table,
            note: "Closed loop over one period of \(Self.period): greatest error \(error).",
            plots: [("sine-loss", lossPlot), ("sine-forecast", forecastPlot)])
    }

    private var lossPlot: Plot {
        var plot = Plot(
            id: "l", title: "Clean sine: loss curve",
            summary: "Mean squared error of each epoch, falling.",
            x: Axis(title: "epoch", over: [1, Double(losses.count)]),
            y: lossAxis("mean squared error", over: losses))
        plot.addLine(curve(losses), style: "forecast", label: "seq-to-one, Adam 0.001")
        return plot
    }

    private var forecastPlot: Plot {
        let past = (0..<Self.window).map { index in
            (x: Double(index), y: Double(Self.value(Self.sampleCount + index)))
        }
        let points = continuation.enumerated().map { index, point in
            (x: Double(Self.window + index), value: Double(point.value), y: Double(point.forecast))
        }
        var plot = Plot(
            id: "p", title: "Clean sine: one period in closed loop",
            summary: "The net's continuation lies on the sine.",
            x: Axis(title: "sample", over: [0, Double(Self.window + Self.period - 1)]),
            y: Axis(title: "value", over: [-1, 1], margin: 0.08))
        plot.addLine(past, style: "actual", label: "what the net was given")
        plot.addLine(points.map { ($0.x, $0.y) }, style: "forecast", label: "the net's own")
        plot.addLine(points.map { ($0.x, $0.value) }, style: "ideal", label: "the sine")
        return plot
    }
}
