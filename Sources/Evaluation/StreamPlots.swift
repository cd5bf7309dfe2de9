/// The plots of one stream, from its trace.
struct StreamPlots {
    private let evaluation: StreamEvaluation
    private let trace: Trace
    /// Prefix of the plots' ids.
    private let id: String
    /// By time where no sample is earlier than the one before, else by index.
    private let usesTime: Bool
    private let wholeAxis: Axis
    /// Name of the values, as in the file, cut to what fits above an axis.
    private let name: String

    /// Nil when there is nothing to draw: fewer than two values.
    init?(_ evaluation: StreamEvaluation, id: String, hasTimes: Bool) {
        guard let trace = evaluation.trace, let first = trace.slices.first?.first,
            let last = trace.recent.last, evaluation.score.values > 1
        else { return nil }
        let full = evaluation.name
        name = full.count > 24 ? full.prefix(23) + "…" : full
        self.evaluation = evaluation
        self.trace = trace
        self.id = id
        usesTime = hasTimes && trace.timesNeverFall && Self.isDrawable(first.time, last.time)
        wholeAxis = Self.axis(from: first, to: last, usesTime: usesTime)
    }

    /// Times in the years 1828…2112, so that no sum of them overflows.
    private static func isDrawable(_ first: Int64, _ last: Int64) -> Bool {
        let range: ClosedRange<Int64> = -4_480_000_000_000_000_000...4_480_000_000_000_000_000
        return first < last && range.contains(first) && range.contains(last)
    }

    private static func axis(from first: Trace.Point, to last: Trace.Point, usesTime: Bool)
        -> Axis
    {
        usesTime
            ? .time(from: first.time, to: last.time)
            : .samples(from: first.index, to: last.index)
    }

    /// A point's place on the axis that starts at `first`.
    private func x(_ point: Trace.Point, from first: Trace.Point) -> Double {
        usesTime ? Double(point.time - first.time) : Double(point.index)
    }

    private func x(_ slice: TraceSlice) -> Double { x(slice.first, from: trace.slices[0].first) }

    /// When a sample was, in words.
    func moment(_ point: Trace.Point) -> String {
        usesTime
            ? CivilTime(nanoseconds: point.time).text
            : "sample " + NumberText.grouped(point.index)
    }

    var misses: [Trace.Point] { trace.misses }

    /// The whole run: values, forecast and band, as extremes of slices.
    var overview: Plot {
        let slices = trace.slices
        var plot = Plot(
            id: id + "a", title: "The whole run",
            summary: "\(name) over the whole run with its forecast and interval; the "
                + "\(misses.count) largest misses are marked.",
            x: wholeAxis,
            y: .values(
                title: name, over: slices.flatMap { [$0.lowest, $0.highest] } + misses.map(\.mean),
                margin: 0.08))
        plot.addBand(
            slices.map { (x($0), $0.lower, $0.upper) }, style: "interval",
            label: intervalLabel)
        let range =
            trace.sliceLength == 1
            ? "" : " (range in every \(NumberText.grouped(trace.sliceLength)) samples)"
        let values = slices.map { (x: x($0), low: $0.lowest, high: $0.highest) }
        if trace.sliceLength == 1 {
            plot.addLine(values.map { ($0.x, $0.high) }, style: "actual", label: "actual")
        } else {
            plot.addBand(values, style: "actual", label: "actual" + range)
        }
        plot.addOutline(
            slices.map { (x($0), $0.lowestMean, $0.highestMean) },
            style: trace.sliceLength == 1 ? "forecast" : "forecast range",
            label: "forecast" + range)
        for (index, miss) in misses.enumerated() {
            plot.addMark(
                x: x(miss, from: slices[0].first), y: miss.value, number: index + 1,
                note: "\(moment(miss)): actual \(NumberText.significant(miss.value, digits: 4)), "
                    + "forecast \(NumberText.significant(miss.mean, digits: 4))")
        }
        return plot
    }

    private var intervalLabel: String {
        NumberText.significant(evaluation.score.level * 100, digits: 2) + " % interval"
    }

    /// The newest samples as they were; nil when they are the whole run.
    var newest: Plot? {
        let points = trace.recent
        guard evaluation.score.samples > points.count else { return nil }
        let first = points[0]
        let outside = points.filter { $0.index >= Trace.missStart && $0.isOutside }
        var plot = Plot(
            id: id + "b", title: "The last \(points.count) samples",
            summary: "\(name), its forecast made one sample ahead and its interval; "
                + "\(outside.count) values outside of the interval are dotted.",
            x: Self.axis(from: first, to: points[points.count - 1], usesTime: usesTime),
            y: .values(title: name, over: points.flatMap { [$0.value, $0.mean] }, margin: 0.12))
        plot.addBand(
            points.map { (x($0, from: first), $0.lower, $0.upper) }, style: "interval",
            label: intervalLabel)
        plot.addLine(
            points.map { (x($0, from: first), $0.value) }, style: "actual", label: "actual")
        plot.addLine(
            points.map { (x($0, from: first), $0.mean) }, style: "forecast",
            label: "forecast, made one sample before")
        for point in outside {
            plot.addDot(x: x(point, from: first), y: point.value, style: "miss")
        }
        return plot
    }

    /// Squared error so far, relative to persistence's, of each expert and of the forecast.
    var runningError: Plot {
        var sums = ErrorSums()
        var experts: [Double] = []
        var forecast: [(x: Double, y: Double)] = []
        var byExpert = [[(x: Double, y: Double)]](repeating: [], count: evaluation.experts.count)
        for slice in trace.slices {
            sums += slice.errors
            experts.addEach(slice.expertSquared)
            forecast.append((x(slice), sums.relativeSquared))
            for index in byExpert.indices where index < experts.count {
                let ratio = ErrorSums.ratio(experts[index], sums.persistenceSquared)
                byExpert[index].append((x(slice), ratio))
            }
        }
        let drawn = (byExpert + [forecast]).flatMap { $0.dropFirst(4) }.map(\.y).filter { $0 > 0 }
        let low = min(max((drawn.min() ?? 0.5) * 0.8, 1e-4), 0.5)
        let high = max(min((drawn.max() ?? 2) * 1.25, 10), 2)
        var plot = Plot(
            id: id + "c", title: "Error so far, relative to persistence",
            summary: "Running mean squared error of the forecast and of each expert divided by "
                + "that of repeating the last value; below 1 is better. The forecast ends at "
                + NumberText.significant(forecast.last?.y ?? .nan) + ".",
            x: wholeAxis,
            y: Axis(title: "MSE / MSE of persistence", logarithmicFrom: low, to: high))
        for (index, line) in byExpert.enumerated() {
            let end = NumberText.fixed(line.last?.y ?? .nan, decimals: 3)
            plot.addLine(
                line, style: "e\(index % 6)", label: "\(evaluation.experts[index]) \(end)")
        }
        let end = NumberText.fixed(forecast.last?.y ?? .nan, decimals: 3)
        plot.addLine(forecast, style: "mixture", label: "published forecast \(end)")
        return plot
    }

    /// Who makes up the forecast; nil when there are no experts.
    var weights: Plot? {
        let experts = evaluation.experts
        guard !experts.isEmpty else { return nil }
        let slices = trace.slices.filter { !$0.weights.isEmpty }
        let last = slices.last?.weights ?? []
        let shares = zip(experts, last).map { "\($0) \(NumberText.significant(100 * $1)) %" }
        var plot = Plot(
            id: id + "d", title: "Share of each expert in the forecast",
            summary: "Mixture weights over time, stacked. At the end: "
                + shares.joined(separator: ", ") + ".",
            x: wholeAxis, y: Axis(title: "share of the forecast (%)", over: [0, 100]))
        var floor = [Double](repeating: 0, count: slices.count)
        for (index, expert) in experts.enumerated() {
            var layer: [(x: Double, low: Double, high: Double)] = []
            for (place, slice) in slices.enumerated() {
                let share = index < slice.weights.count ? slice.weights[index] : 0
                layer.append((x(slice), 100 * floor[place], 100 * (floor[place] + share)))
                floor[place] += share
            }
            plot.addBand(layer, style: "e\(index % 6) share", label: expert)
        }
        return plot
    }

    /// The loss curve: mean absolute error in each slice of the run.
    var loss: Plot {
        // Few enough steps that each is the mean of many samples.
        let steps = steps(most: 120, samples: 8)
        let forecast = steps.slices.map { (x: x($0), y: $0.errors.meanAbsolute) }
        let persistence = steps.slices.map { (x: x($0), y: $0.errors.persistenceMeanAbsolute) }
        let highest = (forecast + persistence).map(\.y).filter(\.isFinite).max() ?? 0
        var plot = Plot(
            id: id + "e", title: "Loss curve",
            summary: "Mean absolute error of the forecast and of persistence in every "
                + "\(steps.length) samples of the run.",
            x: wholeAxis,
            y: Axis(
                title: "mean absolute error, in units of \(name)",
                over: [0, highest > 0 ? 1.05 * highest : 1]))
        plot.addLine(
            persistence, style: "e0", label: "persistence, mean of \(steps.length) samples")
        plot.addLine(forecast, style: "mixture", label: "published forecast")
        return plot
    }

    /// The share of samples inside their interval, along the run.
    var coverage: Plot {
        let steps = steps(most: 60, samples: 25)
        let shares = steps.slices.map { (x: x($0), y: 100 * $0.coverage) }
        var plot = Plot(
            id: id + "h", title: "Coverage over time",
            summary: "Share of samples inside of the interval, in every \(steps.length) samples.",
            x: wholeAxis,
            y: Axis(title: "inside of the interval (%)", over: [60, 100] + shares.map(\.y)))
        let level = 100 * evaluation.score.level
        plot.addLine(
            [(wholeAxis.lower, level), (wholeAxis.upper, level)], style: "ideal",
            label: "nominal")
        plot.addLine(
            shares, style: "forecast", label: "observed, in \(steps.length) samples each")
        return plot
    }

    /// The run in at most so many steps of at least so many samples, and their length as text.
    private func steps(most: Int, samples: Int) -> (slices: [TraceSlice], length: String) {
        let slices = trace.slices
        let (few, long) = ((slices.count + most - 1) / most, samples / trace.sliceLength)
        let group = max(few, long, 1)
        let joined = stride(from: 0, to: slices.count, by: group).map { start in
            var slice = slices[start]
            for next in slices[(start + 1)..<min(start + group, slices.count)] { slice.join(next) }
            return slice
        }
        return (joined, NumberText.grouped(group * trace.sliceLength))
    }
}
