/// Rows of text in columns as wide as their widest cell.
package struct TextTable {
    /// The first row is the heading. All rows have as many cells.
    private var rows: [[String]]
    /// The columns that are flush left: names and words. Numbers are flush right.
    private let leftAligned: Set<Int>

    package init(heading: [String], leftAligned: Set<Int> = [0]) {
        rows = [heading]
        self.leftAligned = leftAligned
    }

    package mutating func add(_ row: [String]) {
        precondition(row.count == rows[0].count)
        rows.append(row)
    }

    /// Every row with a line's end.
    package var text: String {
        let widths = rows[0].indices.map { column in
            rows.map { TextWidth.of($0[column]) }.max() ?? 0
        }
        var text = ""
        for row in rows {
            var line = ""
            for (column, cell) in row.enumerated() {
                if column > 0 { line += "  " }
                let padding = TextWidth.spaces(widths[column] - TextWidth.of(cell))
                line += leftAligned.contains(column) ? cell + padding : padding + cell
            }
            while line.last == " " { line.removeLast() }
            text += line + "\n"
        }
        return text
    }
}
