/// The part of the report that is about one stream: its main figures, its plots, its misses.
struct StreamSection {
    private let stream: StreamEvaluation
    private let id: String
    private let plots: StreamPlots?

    init(_ stream: StreamEvaluation, id: String, hasTimes: Bool) {
        self.stream = stream
        self.id = id
        plots = StreamPlots(stream, id: id, hasTimes: hasTimes)
    }

    var markup: String {
        var text = "<section aria-labelledby=\"\(id)\"><h2 id=\"\(id)\">"
        text += Markup.escaped(stream.name) + "</h2>\n" + figures
        guard let plots else {
            let count = stream.score.values == 0 ? "no value" : "a single value"
            return text + "<p>There is \(count): nothing to plot.</p></section>\n"
        }
        text += plots.overview.markup + misses(plots) + (plots.newest?.markup ?? "")
        let pairs = [plots.runningError, plots.weights, plots.loss, plots.coverage]
            .compactMap(\.self).filter { !$0.isEmpty }
        if plots.runningError.isEmpty {
            text += "<p>The value never changed: persistence has no error to compare with.</p>\n"
        }
        text += "<div class=\"pair\">" + pairs.map(\.markup).joined()
        if let calibration = stream.score.calibration, calibration.total > 0 {
            let score = stream.score
            text +=
                StreamPlots.reliability(
                    calibration, level: score.level, coverage: score.interval.coverage, id: id
                ).markup
            text += StreamPlots.histogram(calibration, id: id).markup
        }
        return text + "</div></section>\n"
    }

    /// The figures that one looks for first.
    private var figures: String {
        let score = stream.score
        let level = NumberText.significant(100 * score.level, digits: 2)
        var items = [
            (NumberText.fixed(score.all.relativeSquared, decimals: 3), "MSE / persistence's"),
            (NumberText.fixed(score.all.relativeAbsolute, decimals: 3), "MAE / persistence's"),
            (NumberText.significant(score.all.meanAbsolute), "MAE, in units of the series"),
            (
                NumberText.percent(score.interval.coverage),
                "inside of the \(level) % interval"
            ),
        ]
        if let period = stream.period {
            items.append((NumberText.grouped(period), "samples in a season"))
        }
        let cells = items.map { "<div><dd>\($0.0)</dd><dt>\(Markup.escaped($0.1))</dt></div>" }
        return "<dl class=\"figures\">" + cells.joined() + "</dl>\n"
    }

    private func misses(_ plots: StreamPlots) -> String {
        let rows = plots.misses.enumerated().map { index, miss in
            [
                "\(index + 1)", Markup.escaped(plots.moment(miss)),
                NumberText.significant(miss.value, digits: 4),
                NumberText.significant(miss.mean, digits: 4),
                NumberText.significant(miss.residual),
                NumberText.significant(2 * abs(miss.residual) / (miss.upper - miss.lower)),
            ]
        }
        if rows.isEmpty { return "" }
        let title = rows.count == 1 ? "The largest miss" : "The \(rows.count) largest misses"
        return "<details><summary>\(title)</summary>\n"
            + Markup.table(
                caption: "Values outside of their interval, furthest from the forecast first; of "
                    + "those less than \(Trace.missDistance) samples apart the furthest only",
                headings: [
                    "", "when", "actual", "forecast", "residual", "in half widths",
                ], rows: rows) + "</details>\n"
    }
}
