import Forecasting

/// For a person: a table of text.
extension FitResult {
    private static let (rowLimit, nameLimit) = (60, 32)

    package var table: String {
        var table = TextTable(
            heading: [
                "series", "samples", "period", "epochs", "best", "loss before", "after",
                "on what it learned",
            ])
        for series in series.prefix(Self.rowLimit) { table.add(Self.row(series)) }
        var text = table.text
        if series.count > Self.rowLimit {
            text +=
                "and \(NumberText.grouped(series.count - Self.rowLimit)) more; --json has them\n"
        }
        return text + "\n"
            + "Losses are divided by those of the forecast that the net adds to: below 1 the net"
            + " is of use.\n"
            + "\"before\" and \"after\" are on the history's end, which it has not learned from.\n"
            + "\(NumberText.grouped(rows)) rows in \(NumberText.significant(seconds)) s\n"
    }

    private static func row(_ series: Series) -> [String] {
        let name = series.name
        var cells = [name.count > nameLimit ? name.prefix(nameLimit - 1) + "…" : name]
        cells.append(NumberText.grouped(series.steps))
        cells.append(series.period.map(NumberText.grouped) ?? "–")
        guard let training = series.training else {
            return cells + [String](repeating: "–", count: 5)
        }
        cells += [NumberText.grouped(training.epochs.count), "\(training.bestEpoch)"]
        let (start, best) = (
            training.start.relative(to: training.base), training.best.relative(to: training.base)
        )
        return cells
            + [start.validation, best.validation, best.training].map {
                NumberText.fixed($0, decimals: 3)
            }
    }
}
