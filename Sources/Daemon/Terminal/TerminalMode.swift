/// How a live view may show itself.
package enum TerminalMode: Equatable, Sendable {
    /// Line after line.
    case lines
    /// A picture that is drawn anew several times a second.
    case screen(ColorDepth)

    package enum ColorDepth: Equatable, Sendable { case none, basic, full }

    /// - Parameters:
    ///   - isTerminal: whether standard output is a terminal.
    ///   - environment: TERM, COLORTERM and NO_COLOR count (https://no-color.org).
    package init(isTerminal: Bool, environment: [String: String]) {
        let kind = environment["TERM"] ?? ""
        guard isTerminal, !kind.isEmpty, kind != "dumb" else {
            self = .lines
            return
        }
        let isColorful = environment["COLORTERM"].map { !$0.isEmpty } ?? false
        if environment["NO_COLOR"].map({ !$0.isEmpty }) ?? false {
            self = .screen(.none)
        } else if isColorful || kind.contains("256color") || kind.contains("direct") {
            self = .screen(.full)
        } else {
            self = .screen(.basic)
        }
    }
}

extension Palette {
    init(_ depth: TerminalMode.ColorDepth) {
        switch depth {
        case .none: self = .none
        case .basic: self = .basic
        case .full: self = .full
        }
    }
}
