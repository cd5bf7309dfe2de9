import Evaluation

/// A board as plain text, for a pipe, a file or a simple terminal.
extension LiveBoard {
    /// One stream's state in a line; `turn` goes round all of them. Nil before the first forecast.
    package func line(turn: Int, at time: Int64) -> String? {
        let active = tracks.filter { $0.forecasts > 0 }
        guard !active.isEmpty else { return nil }
        let track = active[turn % active.count]
        let text = TrackText(track)
        let unit = track.unit.isEmpty ? "" : " \(track.unit)"
        let seconds = NumberText.fixed(seconds(at: time), decimals: 0)
        return "\(TextWidth.rightAligned(seconds, 4)) s  \(track.name): \(text.value)"
            + "\(text.forecast)\(unit), mse \(TrackText.ratio(track.errors.relativeSquared))"
            + " × persistence (now \(TrackText.ratio(track.recentSums.relativeSquared))),"
            + " \(text.coverage) in, \(track.status)"
    }

    /// What came of it, a row for each stream.
    package func summary() -> [String] {
        let active = tracks.filter { $0.forecasts > 0 }
        guard !active.isEmpty else { return ["No forecasts."] }
        let header = [
            "stream", "forecasts", "mse", "now", "mae", "now", "inside", "status",
        ]
        let rows = active.map { track in
            let recent = track.recentSums
            return [
                track.name, NumberText.grouped(track.forecasts),
                TrackText.ratio(track.errors.relativeSquared),
                TrackText.ratio(recent.relativeSquared),
                TrackText.ratio(track.errors.relativeAbsolute),
                TrackText.ratio(recent.relativeAbsolute), TrackText(track).coverage,
                "\(track.status)",
            ]
        }
        let judged = active.filter { $0.errors.count > 0 }
        let better = judged.filter { $0.recentSums.relativeSquared < 1 }
        let lost = active.reduce(0) { $0 + $1.lost }
        return Self.table([header] + rows, leftAligned: [0, 7]) + [
            "",
            "mse, mae: error divided by that of persistence, which repeats the last value:",
            "below 1 is better; now: the last \(StreamTrack.recent) samples; inside: values in "
                + "their interval.",
            "Better than persistence on \(better.count) of \(judged.count) streams now"
                + (lost > 0 ? "; \(NumberText.grouped(Int(clamping: lost))) forecasts lost." : "."),
        ]
    }

    /// Columns as wide as their widest cell, two spaces between them.
    static func table(_ rows: [[String]], leftAligned: Set<Int>) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { TextWidth.of($0[column]) }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                if column > 0 { line += "  " }
                line +=
                    leftAligned.contains(column)
                    ? TextWidth.padded(cell, widths[column])
                    : TextWidth.rightAligned(cell, widths[column])
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }
}
