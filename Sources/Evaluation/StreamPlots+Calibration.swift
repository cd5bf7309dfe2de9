/// Whether the intervals tell the truth; no time in these but in the last.
extension StreamPlots {
    /// Observed against nominal share of samples in central intervals.
    static func reliability(_ calibration: Calibration, level: Double, coverage: Double, id: String)
        -> Plot
    {
        let percents = stride(from: 0.0, through: 100, by: 20).map {
            Axis.Tick(position: $0 / 100, label: NumberText.shortest($0))
        }
        var plot = Plot(
            id: id + "f", title: "Coverage: observed against nominal",
            summary: "Share of samples inside of central intervals against the share that the "
                + "intervals are to hold. The published interval holds "
                + "\(NumberText.fixed(100 * coverage, decimals: 1)) %, nominally "
                + "\(NumberText.significant(100 * level)) %.",
            x: Axis(title: "nominal (%)", from: 0, to: 100, ticks: percents),
            y: Axis(title: "observed (%)", from: 0, to: 100, ticks: percents))
        plot.addLine([(0, 0), (100, 100)], style: "ideal", label: "calibrated")
        let observed = calibration.central.map { (x: 100 * $0.nominal, y: 100 * $0.observed) }
        plot.addLine(
            [(0, 0)] + observed + [(100, 100)], style: "forecast", label: "observed")
        for point in observed { plot.addDot(x: point.x, y: point.y, style: "forecast") }
        return plot
    }

    /// The probability integral transform: flat when calibrated.
    static func histogram(_ calibration: Calibration, id: String) -> Plot {
        let bins = Double(Calibration.binCount)
        let shares = calibration.counts.map { 100 * Double($0) / Double(calibration.total) }
        let ticks = stride(from: 0.0, through: 100, by: 20).map {
            Axis.Tick(position: $0 / 100, label: NumberText.shortest($0))
        }
        var plot = Plot(
            id: id + "g", title: "Where values fall in their forecast",
            summary: "Histogram of the probability integral transform in \(Calibration.binCount) "
                + "bins; flat at \(NumberText.shortest(100 / bins)) % when calibrated.",
            x: Axis(
                title: "percentile of the forecast distribution", from: 0, to: 100, ticks: ticks),
            y: Axis(title: "share of samples (%)", over: [0, 100 / bins * 1.5] + shares))
        plot.addBars(
            shares.enumerated().map { index, share in
                let left = 100 * Double(index) / bins
                return (left + 0.4, left + 100 / bins - 0.4, share)
            }, style: "bar", label: "observed")
        plot.addLine(
            [(0, 100 / bins), (100, 100 / bins)], style: "ideal", label: "calibrated")
        return plot
    }
}
