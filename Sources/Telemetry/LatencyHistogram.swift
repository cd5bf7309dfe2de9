import Synchronization

/// How long something took, counted in buckets whose width grows with the time: eight to each
/// doubling, so a percentile is known to 12.5 %. Any thread may record, any may read, lock-free.
package final class LatencyHistogram: Sendable {
    /// Buckets per doubling: 2³.
    private static let bucketBits = 3
    /// The last doubling ends at 2³⁷ ns, 137 s; what took longer is counted there too.
    private static let bucketCount = 280
    /// The doublings shown to Prometheus end at 2¹⁰ ns, 1 µs, to 2³⁴ ns, 17 s.
    private static let shownDoublings = 10...34

    let name: String
    let help: String

    private let buckets = InlineArray<280, Atomic<UInt64>> { _ in Atomic(0) }
    private let sum = Atomic<UInt64>(0)
    private let longest = Atomic<UInt64>(0)

    package init(name: String, help: String) {
        self.name = name
        self.help = help
    }

    /// Counts one time; a negative one, by a bug in the caller's clock, as 0.
    package func record(nanoseconds: Int64) {
        let nanoseconds = UInt64(max(nanoseconds, 0))
        buckets[Self.bucket(of: nanoseconds)].wrappingAdd(1, ordering: .relaxed)
        sum.wrappingAdd(nanoseconds, ordering: .relaxed)
        longest.max(nanoseconds, ordering: .relaxed)
    }

    /// Counts the times from each of `beginnings` to `end`, by one clock in nanoseconds: with a
    /// third of the atomic operations that one by one would take.
    package func record(from beginnings: [Int64], to end: Int64) {
        var (sum, longest): (UInt64, UInt64) = (0, 0)
        for beginning in beginnings {
            let nanoseconds = UInt64(max(end - beginning, 0))
            buckets[Self.bucket(of: nanoseconds)].wrappingAdd(1, ordering: .relaxed)
            sum &+= nanoseconds
            longest = max(longest, nanoseconds)
        }
        self.sum.wrappingAdd(sum, ordering: .relaxed)
        self.longest.max(longest, ordering: .relaxed)
    }

    /// Times recorded.
    package var count: UInt64 { snapshot().reduce(0, +) }

    package var sumNanoseconds: UInt64 { sum.load(ordering: .relaxed) }

    package var longestNanoseconds: UInt64 { longest.load(ordering: .relaxed) }

    /// A time that at least this share of the recorded ones did not exceed: the end of the bucket
    /// in which the share is reached, so too long by at most 12.5 %. Nothing recorded: nothing.
    /// - Parameter share: 0…1, for example 0.99.
    package func percentile(_ share: Double) -> UInt64? {
        precondition((0...1).contains(share))
        let counts = snapshot()
        let count = counts.reduce(0, +)
        guard count > 0 else { return nil }
        let rank = max(1, UInt64((share * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for (bucket, inBucket) in counts.enumerated() {
            seen += inBucket
            if seen >= rank {
                let isLast = bucket == counts.count - 1
                return isLast ? longestNanoseconds : min(Self.end(of: bucket), longestNanoseconds)
            }
        }
        return longestNanoseconds
    }

    /// The buckets' counts. [bucketCount]
    func snapshot() -> [UInt64] {
        (0..<Self.bucketCount).map { buckets[$0].load(ordering: .relaxed) }
    }

    /// How many times did not exceed each end of a doubling, in nanoseconds.
    static func cumulated(_ counts: [UInt64]) -> [(limit: UInt64, count: UInt64)] {
        shownDoublings.map { doubling in
            let last = (doubling - bucketBits) << bucketBits + (1 << bucketBits - 1)
            return (limit: 1 << UInt64(doubling), count: counts[...last].reduce(0, +))
        }
    }

    /// The bucket that a time is counted in. A bucket holds its end and not its beginning, as
    /// Prometheus' `le` wants, so 2¹⁰ ns is the last time of its doubling.
    static func bucket(of nanoseconds: UInt64) -> Int {
        let value = max(nanoseconds, 1) - 1
        guard value >> bucketBits > 0 else { return Int(value) }
        let exponent = UInt64.bitWidth - 1 - value.leadingZeroBitCount
        let position = Int(value >> UInt64(exponent - bucketBits)) & (1 << bucketBits - 1)
        let doubling = exponent - bucketBits + 1
        return min(doubling << bucketBits + position, bucketCount - 1)
    }

    /// The longest time that a bucket holds, in nanoseconds.
    static func end(of bucket: Int) -> UInt64 {
        let doubling = bucket >> bucketBits
        let position = bucket & (1 << bucketBits - 1)
        guard doubling > 0 else { return UInt64(position) + 1 }
        return UInt64(1 << bucketBits + position + 1) << UInt64(doubling - 1)
    }
}
