import Forecasting
import Glibc

/// The net's initial weights, learned to be learned from: each synthetic series is followed online
/// from the shared weights, by the very code that the daemon runs, and the shared weights move a
/// share of the way to where that led (Reptile: Nichol, Achiam and Schulman 2018, equation 2).
struct Pretraining {
    /// Series followed, and samples of each.
    var seriesCount = 2000
    var samples = 800
    var seed: UInt64 = 21

    /// The share of the way at the first series; it falls in a straight line, down to `lastShare`.
    private static let (firstShare, lastShare): (Float, Float) = (0.25, 0.03)
    private static let learningRate = 0.003
    /// Samples at the beginning that are not scored.
    private static let unscored = 20

    /// What one series gave: the weights at its end, the mean squares of the net and of `ar8`.
    private struct Outcome {
        let weights: [Float]
        let (net, base): (Double, Double)
    }

    /// The weights; tells `report` after every 200 series of the net's error against that of `ar8`.
    func run(report: (_ series: Int, _ logRatio: Double) -> Void) -> [Float] {
        var configuration = ModelConfiguration()
        configuration.experts = [.ar8, .recurrent]
        configuration.initialWeights = .random
        configuration.learningRate = Self.learningRate
        var source = SyntheticSeries(seed: seed)
        var workspace = Workspace(configuration)
        var shared: [Float]?
        var logRatios: [Double] = []
        for number in 0..<seriesCount {
            let series = source.next(count: samples)
            let start = ChannelModel(configuration, generator: SeededGenerator(seed: seed))
            let begin = shared ?? start.netParameters!
            let end = follow(series, start, from: begin, &workspace)
            guard end.weights.allSatisfy(\.isFinite) else { continue }
            let fall = 1 - Float(number) / Float(seriesCount)
            let share = max(Self.lastShare, Self.firstShare * fall)
            shared = zip(begin, end.weights).map { $0 + share * ($1 - $0) }
            logRatios.append(log((end.net + 0.02) / (end.base + 0.02)))
            if (number + 1) % 200 == 0 {
                report(number + 1, logRatios.reduce(0, +) / Double(logRatios.count))
                logRatios = []
            }
        }
        var weights = shared ?? []
        // The readout's bias is the last one: a series that never moved must be forecast to stay.
        if !weights.isEmpty { weights[weights.count - 1] = 0 }
        return weights
    }

    private func follow(
        _ series: [Double], _ start: ChannelModel, from weights: [Float],
        _ workspace: inout Workspace
    ) -> Outcome {
        var channel = start
        var counters = Counters()
        channel.startNet(from: weights)
        var (net, base, count) = (0.0, 0.0, 0.0)
        var (forecasts, scale) = ([Double](), 1.0)
        for (t, value) in series.enumerated() {
            if t > Self.unscored {
                let change = (value - series[t - 1]) / scale
                net += (forecasts[2] - change) * (forecasts[2] - change)
                base += (forecasts[1] - change) * (forecasts[1] - change)
                count += 1
            }
            channel.observe(value, scored: true, workspace: &workspace, counters: &counters)
            channel.train(&workspace, counters: &counters)
            (forecasts, scale) = (channel.experts.forecasts, channel.scaler.step)
        }
        return Outcome(weights: channel.netParameters!, net: net / count, base: base / count)
    }
}
