/// Events per second over the last seconds.
package struct RateMeter: Sendable {
    private static let window: Int64 = 3_000_000_000
    private static let bucket: Int64 = 250_000_000

    private var buckets: [(start: Int64, count: Int)] = []

    package init() {}

    /// - Parameter time: nanoseconds of the monotonic clock, not before any earlier one.
    package mutating func add(_ count: Int, at time: Int64) {
        if let last = buckets.last, time - last.start < Self.bucket {
            buckets[buckets.count - 1].count += count
        } else {
            buckets.append((time, count))
            buckets.removeAll { time - $0.start > Self.window }
        }
    }

    package func perSecond(at time: Int64) -> Double {
        let recent = buckets.filter { time - $0.start <= Self.window }
        guard let first = recent.first, time > first.start else { return 0 }
        let count = recent.reduce(0) { $0 + $1.count }
        return Double(count) / (Double(max(time - first.start, Self.bucket)) / 1e9)
    }
}
