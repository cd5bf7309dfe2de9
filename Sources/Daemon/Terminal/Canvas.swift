import Evaluation

/// A picture of characters: what the terminal is to show, before it is known how.
package struct Canvas: Equatable {
    /// What a character is about; a `Palette` says what that looks like.
    package enum Role: CaseIterable {
        case plain, title, dim, actual, forecast, outside, better, worse, warning
    }

    package struct Cell: Equatable {
        package var character: Character
        package var role: Role
        /// Inside the forecast interval.
        package var isShaded: Bool
        /// The right half of the wide character before it.
        package var isContinuation: Bool

        package init(
            character: Character = " ", role: Role = .plain, isShaded: Bool = false,
            isContinuation: Bool = false
        ) {
            self.character = character
            self.role = role
            self.isShaded = isShaded
            self.isContinuation = isContinuation
        }
    }

    package let width: Int
    package let height: Int
    /// Row by row.
    private var cells: [Cell]

    package init(width: Int, height: Int) {
        precondition(width >= 0 && height >= 0)
        self.width = width
        self.height = height
        cells = Array(repeating: Cell(), count: width * height)
    }

    package subscript(row: Int, column: Int) -> Cell {
        get { cells[row * width + column] }
        set { cells[row * width + column] = newValue }
    }

    /// Writes a text from a place on, cut at `limit` columns and at the edge.
    /// - Returns: the column behind it.
    @discardableResult
    package mutating func write(
        _ text: String, row: Int, column: Int, role: Role = .plain, limit: Int = .max
    ) -> Int {
        guard (0..<height).contains(row), (0..<width).contains(column) else { return column }
        var position = column
        for character in TextWidth.fit(text, min(limit, width - column)) {
            let columns = TextWidth.of(character)
            // A mark on its own belongs to no cell.
            guard columns > 0 else { continue }
            self[row, position] = Cell(character: character, role: role)
            if columns == 2 {
                self[row, position + 1] = Cell(role: role, isContinuation: true)
            }
            position += columns
        }
        return position
    }
}

extension Canvas {
    /// One line of text per row; cells of one look share their escape sequence.
    package func lines(_ palette: Palette) -> [String] {
        (0..<height).map { row in
            var line = ""
            var look = ""
            for column in 0..<width {
                let cell = self[row, column]
                if cell.isContinuation { continue }
                let next = palette.look(of: cell)
                if next != look {
                    line += next.isEmpty ? "\u{1b}[0m" : "\u{1b}[0;\(next)m"
                    look = next
                }
                line.append(palette.character(of: cell))
            }
            if !look.isEmpty { line += "\u{1b}[0m" }
            return line
        }
    }
}
