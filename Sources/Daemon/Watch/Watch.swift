import Series
package import Transport
import Wire

/// `foretide watch`: forecasts as they are published, as a picture, as lines, or as they are.
package struct Watch {
    package enum Style: Equatable, Sendable {
        /// A picture, or plain lines, and a table at the end.
        case live(TerminalMode)
        /// Every forecast as one line of JSON.
        case json
    }

    package struct Options: Sendable {
        package var endpoint = "tcp://127.0.0.1:5556"
        /// Who we are to a daemon that asks for keys.
        package var curve: CurveIdentity?
        /// Exact names; none: all streams.
        package var streams: [String] = []
        package var title = "foretide watch"
        /// Streams that are known beforehand, with their units.
        package var knownStreams: [(name: String, unit: String)] = []
        package var style = Style.live(.lines)
        /// Ends after so many forecasts, or so many seconds.
        package var count: Int?
        package var seconds: Double?

        package init() {}
    }

    /// Between two pictures, and between two plain lines.
    private static let frameInterval = Duration.milliseconds(100)
    private static let lineInterval = Duration.seconds(1)
    /// Messages taken between two looks at the clock.
    private static let messagesPerTurn = 1_000

    private let options: Options

    package init(_ options: Options) { self.options = options }

    /// Watches until told to stop, and prints the table. Returns what was seen.
    @discardableResult
    package func run(isStopping: () -> Bool) throws(DaemonError) -> LiveBoard {
        let context: Context
        do throws(ZeroMQError) { context = try Context() } catch {
            throw DaemonError(.internal, "\(error)")
        }
        var receiver = try ForecastReceiver(
            endpoint: options.endpoint, streams: options.streams, curve: options.curve,
            in: context)
        var board = LiveBoard(
            title: options.title, streams: options.knownStreams, start: SystemClock.monotonic())
        switch options.style {
        case .json: try printMessages(of: &receiver, isStopping)
        case .live(.lines):
            try printLines(of: &receiver, on: &board, isStopping)
            try printSummary(board)
        case .live(.screen(let depth)):
            try draw(&receiver, on: &board, Palette(depth), isStopping)
            try printSummary(board)
        }
        return board
    }

    private func printSummary(_ board: LiveBoard) throws(DaemonError) {
        try StandardOutput.write("\n" + board.summary().joined(separator: "\n") + "\n")
    }

    /// Takes messages until `interval` is over, `count` forecasts have come or it is time to stop.
    /// - Returns: false when it is time to stop.
    private func collect(
        from receiver: inout ForecastReceiver, for interval: Duration, _ count: inout Int,
        _ isStopping: () -> Bool, _ body: ([Forecast]) -> Void
    ) throws(DaemonError) -> Bool {
        let end = SystemClock.monotonic() + interval.wholeNanoseconds
        while !isStopping() {
            let rest = end - SystemClock.monotonic()
            if rest <= 0 { return true }
            try receiver.wait(timeout: min(.nanoseconds(rest), Self.frameInterval))
            for _ in 0..<Self.messagesPerTurn {
                let more = try receiver.receive { forecasts in
                    count += forecasts.count
                    body(forecasts)
                }
                if let limit = options.count, count >= limit { return false }
                if !more { break }
            }
        }
        return false
    }

    /// Told to stop, or out of time.
    private func isOver(_ start: Int64, _ isStopping: () -> Bool) -> Bool {
        if isStopping() { return true }
        guard let seconds = options.seconds else { return false }
        return Double(SystemClock.monotonic() - start) / 1e9 >= seconds
    }

    private func draw(
        _ receiver: inout ForecastReceiver, on board: inout LiveBoard, _ palette: Palette,
        _ isStopping: () -> Bool
    ) throws(DaemonError) {
        var screen = TerminalScreen(palette)
        let start = SystemClock.monotonic()
        var count = 0
        var isGoingOn = true
        while isGoingOn, !screen.takesQuitKey() {
            isGoingOn = try collect(
                from: &receiver, for: Self.frameInterval, &count,
                { isOver(start, isStopping) },
                { forecasts in
                    let now = SystemClock.monotonic()
                    for forecast in forecasts { board.add(forecast, at: now) }
                })
            let size = TerminalScreen.size
            screen.draw(
                board.frame(
                    width: size.columns, height: size.rows, at: SystemClock.monotonic()))
        }
    }

    private func printLines(
        of receiver: inout ForecastReceiver, on board: inout LiveBoard, _ isStopping: () -> Bool
    ) throws(DaemonError) {
        let start = SystemClock.monotonic()
        var count = 0
        var turn = 0
        var isGoingOn = true
        while isGoingOn {
            isGoingOn = try collect(
                from: &receiver, for: Self.lineInterval, &count,
                { isOver(start, isStopping) },
                { forecasts in
                    let now = SystemClock.monotonic()
                    for forecast in forecasts { board.add(forecast, at: now) }
                })
            if isGoingOn, let line = board.line(turn: turn, at: SystemClock.monotonic()) {
                turn += 1
                isGoingOn = try StandardOutput.write(line + "\n")
            }
        }
    }

    private func printMessages(
        of receiver: inout ForecastReceiver, _ isStopping: () -> Bool
    ) throws(DaemonError) {
        let start = SystemClock.monotonic()
        var encoder = Encoder(format: .json)
        var count = 0
        var printed = 0
        var isGoingOn = true
        while isGoingOn {
            var text: [UInt8] = []
            isGoingOn = try collect(
                from: &receiver, for: Self.frameInterval, &count,
                { isOver(start, isStopping) },
                { forecasts in
                    for forecast in forecasts where printed < options.count ?? .max {
                        printed += 1
                        encoder.encode(forecast, into: &text)
                        text.append(UInt8(ascii: "\n"))
                    }
                })
            if try !StandardOutput.write(text) { return }
        }
    }
}
