import Forecasting

/// The line that shows how far a replay is: a bar, rows per second, time left.
package struct ProgressBar: Sendable {
    private static let width = 24
    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// share: done, 0…1, nil when the end is not known. seconds: since the start.
    package static func line(rows: Int, share: Double?, seconds: Double) -> String {
        let rate = seconds > 0 ? Double(rows) / seconds : 0
        let speed = NumberText.grouped(Int(min(rate, 1e15))) + " rows/s"
        guard let share else { return NumberText.grouped(rows) + " rows  " + speed }
        let done = min(max(share, 0), 1)
        var text = bar(done) + " " + NumberText.fixed(100 * done, decimals: 0) + " %  " + speed
        if done > 0, seconds > 0.5 {
            text += "  " + clock(seconds * (1 - done) / done) + " left"
        }
        return text
    }

    /// The line that shows how far the training of a net is.
    static func line(of fitting: NetFitting, series: String) -> String {
        let (epochs, most) = (fitting.epochs.count, fitting.options.epochs)
        let loss = fitting.epochs.last?.deciding ?? fitting.start.deciding
        let best = NumberText.fixed(fitting.best.deciding / fitting.base.deciding, decimals: 3)
        return series + "  " + bar(Double(epochs) / Double(most)) + " epoch \(epochs) of \(most)"
            + "  loss " + NumberText.fixed(loss / fitting.base.deciding, decimals: 3)
            + "  best \(best) at \(fitting.bestEpoch)"
    }

    private static func bar(_ share: Double) -> String {
        let steps = Int(share * Double(8 * width))
        let full = String(repeating: "█", count: steps / 8)
        let bar = full + (steps < 8 * width ? eighths[steps % 8] : "")
        return bar + String(repeating: "░", count: max(0, width - bar.count))
    }

    /// `0:07`, `2:13:05`.
    private static func clock(_ seconds: Double) -> String {
        let whole = UInt64(min(seconds.rounded(.up), 1e9))
        let minutesAndSeconds =
            "\(whole / 60 % 60):" + NumberText.padded(whole % 60, digits: 2)
        if whole < 3600 { return minutesAndSeconds }
        return "\(whole / 3600):" + NumberText.padded(whole / 60 % 60, digits: 2) + ":"
            + NumberText.padded(whole % 60, digits: 2)
    }
}
