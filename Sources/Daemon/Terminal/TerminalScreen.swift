import Glibc

/// The terminal on standard output while a picture has it: its other screen, no cursor, and keys
/// that are not shown. Everything is as it was when this goes away.
struct TerminalScreen: ~Copyable {
    private enum Sequence {
        static let enter = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[2J"
        static let leave = "\u{1b}[0m\u{1b}[?25h\u{1b}[?1049l"
        /// Shown at once, where the terminal knows how to (synchronized update).
        static let beginFrame = "\u{1b}[?2026h"
        static let endFrame = "\u{1b}[?2026l"
        static let clear = "\u{1b}[2J"
    }

    private let palette: Palette
    private let oldSettings: termios?
    private var lastSize = (columns: 0, rows: 0)

    init(_ palette: Palette) {
        self.palette = palette
        oldSettings = Self.silenceKeys()
        StandardOutput.draw(Sequence.enter)
    }

    deinit {
        StandardOutput.draw(Sequence.leave)
        if var oldSettings { unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &oldSettings) }
    }

    /// The size now; it may change at any time.
    static var size: (columns: Int, rows: Int) {
        var size = winsize()
        let status = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size)
        guard status == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Draws a picture of the size `size`.
    mutating func draw(_ canvas: Canvas) {
        var text = Sequence.beginFrame
        let size = (columns: canvas.width, rows: canvas.height)
        if size != lastSize {
            text += Sequence.clear
            lastSize = size
        }
        for (row, line) in canvas.lines(palette).enumerated() {
            text += "\u{1b}[\(row + 1);1H" + line
        }
        StandardOutput.draw(text + Sequence.endFrame)
    }

    /// Whether somebody has pressed q since the last time.
    func takesQuitKey() -> Bool {
        guard oldSettings != nil else { return false }
        var isQuit = false
        var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        while unsafe poll(&waiting, 1, 0) == 1, waiting.revents & Int16(POLLIN) != 0 {
            var key: UInt8 = 0
            guard unsafe read(STDIN_FILENO, &key, 1) == 1 else { break }
            if key == UInt8(ascii: "q") || key == UInt8(ascii: "Q") { isQuit = true }
        }
        return isQuit
    }

    /// Keys come one by one and unseen, and Ctrl-Z does not leave the picture behind.
    /// - Returns: how it was, nil when keys do not come from a terminal, or from one that another
    ///   program has (we run in the background).
    private static func silenceKeys() -> termios? {
        var settings = termios()
        guard tcgetpgrp(STDIN_FILENO) == getpgrp(),
            unsafe tcgetattr(STDIN_FILENO, &settings) == 0
        else { return nil }
        let old = settings
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        settings.c_cc.10 = 0  // VSUSP
        unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
        return old
    }
}
