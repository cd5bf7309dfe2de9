import Evaluation
import Series

/// The picture of a board: a line for all, then a block for each stream, numbers on the left and
/// the chart on the right.
extension LiveBoard {
    private static let tallestBlock = 10
    /// A block with all its numbers; smaller ones show less.
    private static let smallBlock = 3

    /// - Parameter time: nanoseconds of the monotonic clock.
    package func frame(width: Int, height: Int, at time: Int64) -> Canvas {
        var canvas = Canvas(width: width, height: height)
        paintHeader(on: &canvas, at: time)
        guard !tracks.isEmpty else {
            canvas.write("Waiting for the first forecast...", row: 2, column: 0, role: .dim)
            return canvas
        }
        let layout = Self.layout(count: tracks.count, rows: height - 1)
        let used = layout.shown * (layout.blockRows + layout.gap) - layout.gap
        // A row of air below the header, if there is one left.
        let top = used < height - 1 && layout.shown == tracks.count ? 2 : 1
        for index in 0..<layout.shown {
            let row = top + index * (layout.blockRows + layout.gap)
            if layout.blockRows == 1 {
                paintLine(tracks[index], on: &canvas, row: row)
            } else {
                paintBlock(tracks[index], on: &canvas, row: row, rows: layout.blockRows)
            }
        }
        if layout.shown < tracks.count || hasMore {
            let more = tracks.count - layout.shown
            canvas.write(
                "and \(more)\(hasMore ? " or more" : "") streams that do not fit", row: height - 1,
                column: 0, role: .dim)
        }
        return canvas
    }

    /// How many blocks of how many rows fit, and the empty rows between two.
    static func layout(count: Int, rows: Int) -> (shown: Int, blockRows: Int, gap: Int) {
        let withGaps = (rows - (count - 1)) / count
        if withGaps >= smallBlock { return (count, min(tallestBlock, withGaps), 1) }
        let blockRows = rows / count
        if blockRows >= 1 { return (count, min(smallBlock, blockRows), 0) }
        return (max(0, rows - 1), 1, 0)
    }

    private func paintHeader(on canvas: inout Canvas, at time: Int64) {
        var column = canvas.write(title, row: 0, column: 0, role: .title)
        let perSecond = NumberText.significant(rate.perSecond(at: time), digits: 2)
        let seconds = NumberText.fixed(seconds(at: time), decimals: 0)
        let streams = tracks.count == 1 ? "1 stream" : "\(tracks.count) streams"
        column = canvas.write(
            "  \(streams)  \(perSecond)/s  \(seconds) s", row: 0, column: column, role: .dim)
        let level = NumberText.fixed((tracks.first?.level ?? 0.9) * 100, decimals: 0)
        let legend: [(mark: String, role: Canvas.Role, text: String)] = [
            ("━", .actual, "actual"), ("━", .forecast, "forecast"), ("  ", .plain, "\(level) %"),
            ("━", .outside, "outside"),
        ]
        let legendWidth = legend.reduce(0) {
            $0 + TextWidth.of($1.mark) + TextWidth.of($1.text) + 3
        }
        guard column + legendWidth <= canvas.width else { return }
        column = canvas.width - legendWidth + 2
        for entry in legend {
            let start = column
            column = canvas.write(entry.mark, row: 0, column: column, role: entry.role)
            if entry.role == .plain {
                for place in start..<column { canvas[0, place].isShaded = true }
            }
            column = canvas.write(" \(entry.text)", row: 0, column: column, role: .dim) + 2
        }
    }

    private static func panelWidth(_ width: Int) -> Int { width < 110 ? 33 : 40 }

    private func paintBlock(_ track: StreamTrack, on canvas: inout Canvas, row: Int, rows: Int) {
        let panel = Self.panelWidth(canvas.width)
        let text = TrackText(track)
        paintName(track, on: &canvas, row: row, width: panel)
        var column = canvas.write(text.value, row: row + 1, column: 0, limit: panel)
        column = canvas.write(
            text.forecast, row: row + 1, column: column, role: .forecast, limit: panel - column)
        let inside = text.coverage + " in"
        let insideColumn = panel - TextWidth.of(inside)
        if insideColumn > column {
            canvas.write(inside, row: row + 1, column: insideColumn, role: .dim)
        }
        if rows >= 3 {
            paintError("mse", track, \.relativeSquared, on: &canvas, row: row + 2, panel)
        }
        if rows >= 4 {
            paintError("mae", track, \.relativeAbsolute, on: &canvas, row: row + 3, panel)
        }
        if rows >= 5 {
            canvas.write(text.counts, row: row + 4, column: 0, role: .dim, limit: panel)
        }
        paintChart(track, on: &canvas, row: row, rows: rows, column: panel + 1)
    }

    private func paintName(
        _ track: StreamTrack, on canvas: inout Canvas, row: Int, width: Int
    ) {
        let status = track.status == .ok || track.forecasts == 0 ? "" : "\(track.status)"
        let room = width - (status.isEmpty ? 0 : status.count + 1)
        let unit = track.unit.isEmpty ? "" : " \(track.unit)"
        let column = canvas.write(
            track.name, row: row, column: 0, role: .title, limit: room - TextWidth.of(unit))
        canvas.write(unit, row: row, column: column, role: .dim, limit: room - column)
        canvas.write(status, row: row, column: width - status.count, role: .warning)
    }

    private func paintError(
        _ name: String, _ track: StreamTrack, _ error: KeyPath<ErrorSums, Double>,
        on canvas: inout Canvas, row: Int, _ width: Int
    ) {
        var column = canvas.write("\(name) ", row: row, column: 0, role: .dim)
        let all = track.errors[keyPath: error]
        let recent = track.recentSums[keyPath: error]
        column = canvas.write(
            TrackText.ratio(all), row: row, column: column, role: Self.role(ofRatio: all))
        column = canvas.write(" × persistence, now ", row: row, column: column, role: .dim)
        canvas.write(
            TrackText.ratio(recent), row: row, column: column, role: Self.role(ofRatio: recent),
            limit: width - column)
    }

    private static func role(ofRatio ratio: Double) -> Canvas.Role {
        ratio < 0.995 ? .better : ratio > 1.005 ? .worse : .plain
    }

    /// A stream in one row, for when there are many.
    private func paintLine(_ track: StreamTrack, on canvas: inout Canvas, row: Int) {
        let nameWidth = min(28, canvas.width / 4)
        let text = TrackText(track)
        canvas.write(track.name, row: row, column: 0, role: .title, limit: nameWidth)
        let column = canvas.write(text.value, row: row, column: nameWidth + 1, limit: 10)
        canvas.write(text.forecast, row: row, column: column, role: .forecast, limit: 20)
        let ratio = track.errors.relativeSquared
        let ratioColumn = nameWidth + 29
        canvas.write(
            TextWidth.rightAligned(TrackText.ratio(ratio), 5), row: row, column: ratioColumn,
            role: Self.role(ofRatio: ratio))
        paintChart(track, on: &canvas, row: row, rows: 1, column: ratioColumn + 6)
    }

    private func paintChart(
        _ track: StreamTrack, on canvas: inout Canvas, row: Int, rows: Int, column: Int
    ) {
        let width = canvas.width - column
        guard width >= 4, row + rows <= canvas.height else { return }
        BrailleChart(points: track.points, next: track.next, width: width, height: rows)
            .paint(on: &canvas, row: row, column: column)
    }
}
