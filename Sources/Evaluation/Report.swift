/// The report of a replay: one HTML page that needs nothing else, neither script nor network.
///
/// Its size is bounded: up to 1000 rows of scores, and plots of eight streams, each of at most
/// 400 samples as they are and 480 slices of the whole run.
package struct Report {
    /// What was replayed, for the headings.
    package struct Source: Sendable {
        /// The file's name.
        package var name = ""
        /// Its column of times; nil when rows were counted as seconds.
        package var timeColumn: String?
        package var rows = 0
        /// What else a reader should know, as sentences without a full stop.
        package var remarks: [String] = []

        package init() {}
    }

    private let source: Source
    private let streams: [StreamEvaluation]

    /// Streams that get plots: the first ones, and those with the largest relative error.
    package static let (plottedFirst, plottedWorst) = (4, 4)
    package static let tableRows = 1000
    /// Streams to keep traces of, from the first on: the worst are found among these.
    package static let tracedStreams = 256

    package init(source: Source, streams: [StreamEvaluation]) {
        self.source = source
        self.streams = streams
    }

    /// The page.
    package var markup: String {
        let title = Markup.escaped("Foretide replay: \(source.name)")
        var text = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
            style-src 'unsafe-inline'; img-src data:"/>
            <link rel="icon" href="data:,"/>
            <title>\(title)</title>
            <style>\(Self.styleSheet)</style></head><body>
            <header><h1>\(Markup.escaped(source.name))</h1><p>\(introduction)</p></header>
            <main>

            """
        text += summary
        for (number, stream) in plotted.enumerated() {
            text +=
                StreamSection(stream, id: "s\(number)", hasTimes: source.timeColumn != nil)
                .markup
        }
        return text + "</main>\n<footer><p>\(Self.glossary)</p></footer></body></html>\n"
    }

    private var introduction: String {
        let rows = source.rows == 1 ? "1 row" : NumberText.grouped(source.rows) + " rows"
        let times =
            source.timeColumn.map { "times from column \(Markup.escaped($0)) (UTC)" }
            ?? "no time column: rows are counted as seconds"
        let streamCount =
            streams.count == 1 ? "1 stream" : NumberText.grouped(streams.count) + " streams"
        let remarks = source.remarks.map { " " + Markup.escaped($0) + "." }.joined()
        return "Replayed by Foretide, each value forecast one sample ahead before it was seen, "
            + "from a cold start. \(rows), \(streamCount); \(times)." + remarks
    }

    private static let glossary =
        "Errors are those of the published forecast divided by those of persistence, repeating "
        + "the last value, over the same samples: below 1 is better. Coverage is the share of "
        + "values inside of their interval from sample \(PrequentialScore.intervalStart) on; the "
        + "Winkler score is the interval's mean width plus a charge for misses, less is better."

    private var summary: String {
        var rows: [[String]] = []
        for stream in streams.prefix(Self.tableRows) {
            let score = stream.score
            rows.append([
                Markup.escaped(stream.name), NumberText.grouped(score.samples),
                NumberText.grouped(score.missing), stream.period.map(NumberText.grouped) ?? "–",
                NumberText.fixed(score.all.relativeSquared, decimals: 3),
                NumberText.fixed(score.all.relativeAbsolute, decimals: 3),
                NumberText.fixed(score.first.relativeSquared, decimals: 3),
                NumberText.fixed(score.relativeSquaredLast75, decimals: 3),
                NumberText.fixed(100 * score.interval.coverage, decimals: 1),
                NumberText.significant(score.interval.winkler),
            ])
        }
        let more = streams.count - rows.count
        return "<section><h2>Scores</h2>\n"
            + Markup.table(
                caption: "Errors relative to persistence, coverage of the interval",
                headings: [
                    "stream", "samples", "missing", "period", "MSE", "MAE", "MSE, first 500",
                    "MSE, last 75 %", "coverage (%)", "Winkler",
                ], rows: rows)
            + (more > 0 ? "<p>And \(NumberText.grouped(more)) more streams.</p>\n" : "")
            + (plotted.count < streams.count
                ? "<p>Plotted below: the first \(Self.plottedFirst) and the "
                    + "\(plotted.count - Self.plottedFirst) worst of the first "
                    + "\(streams.count { $0.trace != nil }).</p>\n" : "")
            + "</section>\n"
    }

    /// The first few, then those of the rest that forecast worst, worst first.
    private var plotted: [StreamEvaluation] {
        let traced = streams.filter { $0.trace != nil }
        if traced.count <= Self.plottedFirst + Self.plottedWorst { return traced }
        func error(_ stream: StreamEvaluation) -> Double {
            let error = stream.score.all.relativeSquared
            return error.isNaN ? -1 : error
        }
        // The position makes the order that of the file among equals.
        let worst = traced.enumerated().dropFirst(Self.plottedFirst).sorted {
            let (left, right) = (error($0.element), error($1.element))
            return left == right ? $0.offset < $1.offset : left > right
        }
        return traced.prefix(Self.plottedFirst) + worst.prefix(Self.plottedWorst).map(\.element)
    }
}
