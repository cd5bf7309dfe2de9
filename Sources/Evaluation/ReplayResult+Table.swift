import Glibc

/// The scores for a person: a table of text.
extension ReplayResult {
    private static let (rowLimit, nameLimit) = (60, 32)

    package var table: String {
        let experts = streams.first { !$0.experts.isEmpty }?.experts ?? []
        var table = TextTable(
            heading: ["series", "samples", "period", "MSE", "MAE", "first 500", "last 75 %"]
                + experts + ["coverage"])
        for stream in streams.prefix(Self.rowLimit) {
            table.add(Self.row(stream, expertCount: experts.count))
        }
        if streams.count > 1 { table.add(meanRow(expertCount: experts.count)) }
        var text = table.text
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

    private static func row(_ stream: StreamEvaluation, expertCount: Int) -> [String] {
        let score = stream.score
        let name = stream.name
        var cells = [name.count > nameLimit ? name.prefix(nameLimit - 1) + "…" : name]
        cells.append(NumberText.grouped(score.samples))
        cells.append(stream.period.map(NumberText.grouped) ?? "–")
        for error in figures(stream, expertCount: expertCount) {
            cells.append(NumberText.fixed(error, decimals: 3))
        }
        cells.append(NumberText.percent(score.interval.coverage))
        return cells
    }

    /// Errors relative to persistence, in the order of the table: of the forecast, then of each
    /// expert, NaN where a stream has none.
    private static func figures(_ stream: StreamEvaluation, expertCount: Int) -> [Double] {
        let score = stream.score
        let ofExperts = score.relativeSquaredOfExperts.prefix(expertCount)
        return [
            score.all.relativeSquared, score.all.relativeAbsolute, score.first.relativeSquared,
            score.relativeSquaredLast75,
        ] + ofExperts + [Double](repeating: .nan, count: expertCount - ofExperts.count)
    }

    /// Geometric means over the series that moved.
    private func meanRow(expertCount: Int) -> [String] {
        let figures = streams.map { Self.figures($0, expertCount: expertCount) }
        let means = figures[0].indices.map { figure in
            let logs = figures.map { $0[figure] }.filter(\.isFinite).map { log(max($0, 1e-9)) }
            return exp(logs.reduce(0, +) / Double(logs.count))
        }
        return ["geometric mean", "", ""] + means.map { NumberText.fixed($0, decimals: 3) } + [""]
    }
}
