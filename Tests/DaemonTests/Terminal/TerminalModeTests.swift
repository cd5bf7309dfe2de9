import Daemon
import Testing

@Suite("How a live view shows itself")
struct TerminalModeTests {
    @Test(
        "asks the environment",
        arguments: [
            ([:], .lines),
            (["TERM": "dumb"], .lines),
            (["TERM": "xterm"], .screen(.basic)),
            (["TERM": "xterm-256color"], .screen(.full)),
            (["TERM": "xterm", "COLORTERM": "truecolor"], .screen(.full)),
            (["TERM": "xterm-256color", "NO_COLOR": "1"], .screen(.none)),
            (["TERM": "xterm-256color", "NO_COLOR": ""], .screen(.full)),
            (["TERM": "dumb", "COLORTERM": "truecolor"], .lines),
        ] as [([String: String], TerminalMode)])
    func chooses(environment: [String: String], expected: TerminalMode) {
        #expect(TerminalMode(isTerminal: true, environment: environment) == expected)
        #expect(TerminalMode(isTerminal: false, environment: environment) == .lines)
    }
}
