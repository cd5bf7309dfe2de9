/// How the roles of a `Canvas` look on a terminal.
package enum Palette: String, Sendable {
    /// No colour at all: the interval is dotted, what lies outside of it crossed.
    case none
    /// The 16 colours of every terminal.
    case basic
    /// The 256 colours of xterm.
    case full

    /// The parameters of the escape sequence "select graphic rendition", empty for none.
    func look(of cell: Canvas.Cell) -> String {
        switch self {
        case .none: ""
        case .basic: Self.join(basic(cell), cell.isShaded ? "44" : "")
        case .full: Self.join(full(cell), cell.isShaded ? "48;5;237" : "")
        }
    }

    func character(of cell: Canvas.Cell) -> Character {
        guard self == .none else { return cell.character }
        if cell.role == .outside { return "×" }
        let isEmpty = cell.character == " " || cell.role == .forecast
        return cell.isShaded && isEmpty ? "░" : cell.character
    }

    /// The actual values are drawn in the terminal's own colour, which can be read on its
    /// background whether that is dark or light; inside the interval in white.
    private func basic(_ cell: Canvas.Cell) -> String {
        switch cell.role {
        case .plain: ""
        case .title: "1"
        case .dim: "90"
        case .actual: cell.isShaded ? "97" : "1"
        case .forecast: cell.isShaded ? "93" : "33"
        case .outside: "1;91"
        case .better: "32"
        case .worse: "31"
        case .warning: "33"
        }
    }

    private func full(_ cell: Canvas.Cell) -> String {
        switch cell.role {
        case .plain: ""
        case .title: "1"
        case .dim: "38;5;244"
        case .actual: cell.isShaded ? "38;5;231" : "1"
        case .forecast: cell.isShaded ? "38;5;215" : "38;5;208"
        case .outside: "1;38;5;203"
        case .better: "38;5;71"
        case .worse: "38;5;167"
        case .warning: "38;5;178"
        }
    }

    private static func join(_ parts: String...) -> String {
        parts.filter { !$0.isEmpty }.joined(separator: ";")
    }
}
