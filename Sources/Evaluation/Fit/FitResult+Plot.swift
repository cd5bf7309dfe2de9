import Forecasting
import Glibc

/// The loss curve.
extension FitResult {
    /// Epoch by epoch, relative to the forecast that the net adds to; of several series the
    /// geometric mean, each with its last losses once it is over.
    package var lossPlot: Plot {
        let curves = series.compactMap(\.training)
        let length = curves.map(\.epochs.count).max() ?? 0
        let (training, validation) = (
            Self.mean(curves, length, \.training), Self.mean(curves, length, \.validation)
        )
        let names = series.count == 1 ? series[0].name : "\(series.count) series"
        var plot = Plot(
            id: "f", title: "Loss of the net on \(names)",
            summary: "Loss by epoch, on what is learned and on the history's end, divided by that"
                + " of the forecast that the net adds to.",
            x: Axis(title: "epoch", over: [0, Double(max(length, 1))]),
            y: Axis(
                title: "loss / loss without the net",
                over: training + validation + [1], margin: 0.08))
        plot.addLine(Self.points(training), style: "e1", label: "training")
        if validation.contains(where: \.isFinite) {
            plot.addLine(Self.points(validation), style: "forecast", label: "validation")
        }
        plot.addLine(
            [(0, 1), (Double(max(length, 1)), 1)], style: "ideal", label: "without the net")
        if curves.count == 1 {
            let best = curves[0].best.relative(to: curves[0].base)
            plot.addDot(
                x: Double(curves[0].bestEpoch), y: best.deciding,
                style: best.validation.isNaN ? "e1" : "forecast")
        }
        return plot
    }

    private static func points(_ losses: [Double]) -> [(x: Double, y: Double)] {
        losses.enumerated().map { (Double($0), $1) }
    }

    /// By epoch, that before the first one in front.
    private static func mean(
        _ curves: [Training], _ length: Int, _ part: KeyPath<NetFitting.Losses, Double>
    ) -> [Double] {
        (0...length).map { epoch in
            let logs = curves.map { curve in
                let last = min(epoch, curve.epochs.count)
                let losses = last == 0 ? curve.start : curve.epochs[last - 1]
                return log(losses.relative(to: curve.base)[keyPath: part])
            }
            return exp(logs.reduce(0, +) / Double(logs.count))
        }
    }
}
