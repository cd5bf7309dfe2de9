import Glibc

/// The scores for a person: a table of text.
extension ReplayResult {
    private static let (rowLimit, nameLimit) = (60, 32)

    package var table: String {
        let experts = streams.first { !$0.experts.isEmpty }?.experts ?? []
        var rows = [
            ["series", "samples", "period", "MSE", "MAE", "first 500", "last 75 %"] + experts
                + ["coverage"]
        ]
        for stream in streams.prefix(Self.rowLimit) { rows.append(Self.row(stream)) }
        if streams.count > 1 { rows.append(meanRow) }
        var text = Self.aligned(rows)
        if streams.count > Self.rowLimit {
            text +=
                "and \(NumberText.grouped(streams.count - Self.rowLimit)) more; "
                + "--json and --report have them\n"
        }
        return text
            + "\nMSE and MAE are divided by those of persistence (repeating the last value): "
            + "below 1 is better.\n"
            + "\(NumberText.grouped(samples)) samples in \(NumberText.significant(seconds)) s, "
            + "\(NumberText.significant(samplesPerSecond)) samples/s\n"
    }

    private static func row(_ stream: StreamEvaluation) -> [String] {
        let score = stream.score
        let name = stream.name
        var cells = [name.count > nameLimit ? name.prefix(nameLimit - 1) + "…" : name]
        cells.append(NumberText.grouped(score.samples))
        cells.append(stream.period.map(NumberText.grouped) ?? "–")
        for error in figures(stream) { cells.append(NumberText.fixed(error, decimals: 3)) }
        cells.append(NumberText.percent(score.interval.coverage))
        return cells
    }

    /// Errors relative to persistence, in the order of the table: of the forecast, then of each
    /// expert.
    private static func figures(_ stream: StreamEvaluation) -> [Double] {
        let score = stream.score
        return [
            score.all.relativeSquared, score.all.relativeAbsolute, score.first.relativeSquared,
            score.relativeSquaredLast75,
        ] + score.relativeSquaredOfExperts
    }

    /// Geometric means over the series that moved.
    private var meanRow: [String] {
        let figures = streams.map(Self.figures)
        let count = figures.map(\.count).max() ?? 0
        let means = (0..<count).map { figure in
            let logs = figures.lazy.filter { figure < $0.count && $0[figure].isFinite }
                .map { log(max($0[figure], 1e-9)) }
            return exp(logs.reduce(0, +) / Double(logs.count))
        }
        return ["geometric mean", "", ""] + means.map { NumberText.fixed($0, decimals: 3) } + [""]
    }

    /// Columns as wide as their widest cell, the first one flush left, the others right.
    private static func aligned(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        var text = ""
        for row in rows {
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                line += column == 0 ? cell + padding : "  " + padding + cell
            }
            text += line + "\n"
        }
        return text
    }
}
