import Evaluation

extension Feed {
    /// What has been sent when a feed ends.
    package struct Report: Equatable, Sendable, CustomStringConvertible {
        package var samples = 0
        package var streams = 0
        package var seconds = 0.0
        /// Told to stop before the end.
        package var isInterrupted = false

        /// `Sent 20,000 samples of 20 streams in 4.00 s (5,000 a second)`
        package var description: String {
            let rate = seconds > 0 ? Double(samples) / seconds : 0
            return "Sent \(NumberText.grouped(samples)) samples of "
                + "\(NumberText.grouped(streams)) \(streams == 1 ? "stream" : "streams") in "
                + "\(NumberText.significant(seconds)) s (\(NumberText.significant(rate)) a second)"
                + (isInterrupted ? ", then stopped" : "")
        }
    }
}
