import Kernels

/// Notices that errors have another size than they used to: the mean of log |e| over about the last
/// 50, or the last season if that is longer, against that of ten times as many.
///
/// Independent errors raise no false alarm in 100,000; five times the spread shows within 45
/// samples, √5 times within 110.
struct SpreadMonitor: Equatable, Sendable {
    var recent = 0.0
    var usual = 0.0
    var count = 0.0

    private static let shortest = 50.0
    private static let (usualLength, youth) = (10.0, 4.0)
    /// log 1.65: apart by this factor.
    private static let largestChange = 0.5
    /// The smallest squared error, in mean squared errors: an error may be 0.
    private static let smallestShare = 1e-4

    /// The next error, squared, and the running mean of such squares, 0 at first. Whether the
    /// spread has changed; what it is now is usual from then on.
    mutating func observe(square: Double, meanSquare: Double, period: Int) -> Bool {
        guard meanSquare > 0 else { return false }
        let length = max(Self.shortest, Double(period))
        let size = 0.5 * Double.log(max(square, Self.smallestShare * meanSquare))
        count += 1
        recent += max(1 / count, 1 / length) * (size - recent)
        usual += max(1 / count, 1 / (Self.usualLength * length)) * (size - usual)
        guard count > Self.youth * length, abs(recent - usual) > Self.largestChange else {
            return false
        }
        restart()
        return true
    }

    /// Forgets what is usual.
    mutating func restart() { self = SpreadMonitor() }
}
