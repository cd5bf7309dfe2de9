import Evaluation
import Forecasting
package import Networks

/// Counting the ones of a binary sequence with the linear net of two weights (Roelants, "How to
/// implement a recurrent neural network", 2015):
///
///     s_t = wx·x_t + wr·s_{t−1}       y = s_10       cost = Σ over sequences of (y − count)²
///
/// Its cost is a long flat valley, then a cliff: plain gradient descent has to creep.
package struct CountingOnes {
    package enum Method: String, CaseIterable, Sendable {
        /// With the rate 1e-5.
        case gradientDescent = "gradient descent"
        case rmsprop = "RMSProp"
    }

    package static let epochCount = 2000
    package static let architecture = Architecture(
        cell: .elman(.identity, bias: false), inputCount: 1, hiddenCount: 1)

    package let method: Method
    /// The cost of each epoch before its step.
    package let costs: [Double]
    package let network: Network<Double>

    package init(_ method: Method) {
        let layout = Self.architecture.layout
        var network = Network<Double>(Self.architecture)
        network.parameters[layout.inputWeights.lowerBound] = Self.firstWeights.wx
        network.parameters[layout.recurrentWeights.lowerBound] = Self.firstWeights.wr
        network.parameters[layout.readoutWeights.lowerBound] = 1
        let (optimizer, rate): (Optimizer<Double>.Rule, Double) =
            switch method {
            case .gradientDescent: (.sgd, 1e-5)
            case .rmsprop: (.rmsprop(smoothing: 0.9, epsilon: 1e-8), 1e-3)
            }
        var rules = OfflineTraining<Double>.Rules(
            optimizer, learningRate: rate, loss: Loss(.sum, steps: .last))
        // The readout hands on the state as it is.
        rules.frozen = [layout.readoutWeights, layout.readoutBias]
        let length = Self.sequences[0].count
        let series = TrainingSeries(
            Self.architecture, inputs: Self.sequences.flatMap { $0.map(Double.init) },
            targets: Self.sequences.flatMap { sequence in
                sequence.indices.map { Double(sequence[...$0].reduce(0, +)) }
            })
        let windows = ShuffledWindows(
            sampleCount: series.sampleCount, window: length, stride: length,
            batch: Self.sequences.count)
        var training = OfflineTraining(
            network, on: series, windows: .shuffled(windows), rules: rules)
        var generator = SeededGenerator(seed: 1)
        costs = (0..<Self.epochCount).map { _ in training.runEpoch(using: &generator) }
        self.network = training.network
        self.method = method
    }

    package var weights: (wx: Double, wr: Double) {
        let layout = Self.architecture.layout
        return (
            network.parameters[layout.inputWeights.lowerBound],
            network.parameters[layout.recurrentWeights.lowerBound]
        )
    }

    /// What the net counts after 1, 2, ... ones in a row.
    package func counts(upTo length: Int) -> [Double] {
        var stepped = SteppedNetwork(network)
        return (0..<length).map { _ in stepped.feed([1])[0] }
    }

    private static let firstWeights = (wx: 0.09003522384941595, wr: 0.011330637639031277)
    private static let sequences: [[Int]] = [
        [0, 1, 0, 0, 0, 0, 0, 0, 0, 1], [0, 1, 0, 1, 0, 1, 0, 1, 0, 0],
        [1, 1, 0, 1, 1, 1, 0, 0, 0, 1], [0, 0, 1, 1, 1, 0, 1, 1, 0, 1],
        [1, 1, 0, 1, 0, 0, 1, 0, 0, 0], [0, 1, 0, 0, 0, 0, 1, 0, 1, 1],
        [0, 0, 1, 0, 0, 1, 1, 1, 1, 1], [1, 0, 0, 1, 0, 0, 1, 0, 1, 1],
        [1, 1, 1, 0, 0, 1, 0, 1, 1, 1], [0, 1, 0, 1, 0, 0, 1, 1, 0, 1],
        [0, 1, 1, 0, 1, 1, 0, 1, 1, 1], [0, 0, 1, 1, 0, 1, 1, 1, 1, 0],
        [0, 0, 0, 0, 1, 1, 1, 1, 0, 0], [1, 1, 1, 0, 1, 0, 1, 0, 1, 1],
        [1, 0, 0, 0, 0, 0, 0, 1, 1, 0], [0, 1, 1, 0, 0, 1, 0, 1, 1, 1],
        [0, 0, 1, 1, 0, 0, 0, 0, 1, 1], [0, 1, 1, 0, 1, 1, 1, 0, 0, 0],
        [1, 0, 1, 0, 0, 1, 0, 1, 1, 1], [0, 0, 1, 1, 1, 1, 0, 0, 1, 1],
    ]
}

extension CountingOnes {
    package static func outcome() -> Outcome {
        let runs = Method.allCases.map(CountingOnes.init)
        var table = TextTable(heading: ["epoch"] + runs.map(\.method.rawValue))
        for epoch in [1, 100, 200, 300, 400, 500, 600, 700, 2000] {
            let costs = runs.map { NumberText.fixed($0.costs[epoch - 1], decimals: 4) }
            table.add([String(epoch)] + costs)
        }
        for (name, weight) in [("wx", \CountingOnes.weights.wx), ("wr", \.weights.wr)] {
            table.add([name] + runs.map { NumberText.fixed($0[keyPath: weight], decimals: 4) })
        }
        return Outcome(
            title: "Counting ones, the linear net of two weights", table: table,
            note: "Cost over the 20 sequences before each epoch's step, then the last weights.",
            plots: [
                ("counting-loss", lossPlot(runs)), ("counting-forecast", forecastPlot(runs)),
            ])
    }

    private static func lossPlot(_ runs: [CountingOnes]) -> Plot {
        var plot = Plot(
            id: "l", title: "Counting ones: cost",
            summary: "Cost of each epoch: flat for long, then a cliff.",
            x: Axis(title: "epoch", over: [1, Double(epochCount)]),
            y: lossAxis("cost", over: runs.flatMap(\.costs).map { max($0, 1e-6) }))
        for (run, style) in zip(runs, ["e5", "forecast"]) {
            plot.addLine(curve(run.costs), style: style, label: run.method.rawValue)
        }
        return plot
    }

    private static func forecastPlot(_ runs: [CountingOnes]) -> Plot {
        let length = 40
        var plot = Plot(
            id: "p", title: "Counting ones: further than it was taught",
            summary: "The count after up to 40 ones in a row by nets that learned from 10 digits.",
            x: Axis(title: "ones in a row", over: [1, Double(length)]),
            y: Axis(title: "count", over: [0, Double(length)]))
        for (run, style) in zip(runs, ["e5", "forecast"]) {
            plot.addLine(curve(run.counts(upTo: length)), style: style, label: run.method.rawValue)
        }
        plot.addLine(
            (1...length).map { (Double($0), Double($0)) }, style: "ideal", label: "the truth")
        return plot
    }
}
