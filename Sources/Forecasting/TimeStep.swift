/// The typical time between a stream's samples: the median of the last 15 steps. Exact on a
/// regular feed, unmoved by a few gaps and bursts.
package struct TimeStep: Sendable {
    /// Steps kept.
    static let length = 15
    /// In order of arrival (a ring) and of size. Nanoseconds, above 0.
    var recent = InlineArray<15, Int64>(repeating: 0)
    var sorted = InlineArray<15, Int64>(repeating: 0)
    var count = 0
    var next = 0
    /// Running share of gaps among the steps.
    var gapShare = 0.0

    /// Steps needed before a long one counts as a gap, and the calendar goes by them.
    private static let start = 8
    /// A gap is longer than this many typical steps.
    private static let gapFactor = 3.0
    /// Above this share of gaps the feed is irregular, and its samples are taken as neighbours.
    private static let largestGapShare = 1.0 / 16

    package init() {}

    /// The typical step in nanoseconds, nil until there have been two samples.
    package var nanoseconds: Int64? { count == 0 ? nil : sorted[count / 2] }

    /// The typical step and how far apart the middle half of the steps are, in nanoseconds.
    struct Typical {
        let nanoseconds: Int64
        let spread: Int64
    }

    /// Nil until there have been enough steps to tell.
    var typical: Typical? {
        guard count >= Self.start else { return nil }
        return Typical(
            nanoseconds: sorted[count / 2], spread: sorted[3 * count / 4] - sorted[count / 4])
    }

    /// Learns a step (nanoseconds, above 0) and returns how many samples seem to be missing in it:
    /// 0 on a regular step, and on an irregular feed.
    package mutating func observe(_ step: Int64) -> Int {
        precondition(step > 0)
        let missing = samplesMissing(in: step)
        gapShare += ((missing > 0 ? 1 : 0) - gapShare) / 64
        insert(step)
        return gapShare > Self.largestGapShare ? 0 : missing
    }

    private func samplesMissing(in step: Int64) -> Int {
        guard count >= Self.start, let typical = nanoseconds else { return 0 }
        let ratio = Double(step) / Double(typical)
        guard ratio > Self.gapFactor else { return 0 }
        return Int(min(ratio.rounded(), 1e9)) - 1
    }

    /// Keeps both arrays, at the cost of one pass: the oldest step leaves, `step` takes its place.
    private mutating func insert(_ step: Int64) {
        var position = count
        if count == Self.length {
            position = 0
            while sorted[position] != recent[next] { position += 1 }
        } else {
            count += 1
        }
        while position > 0, sorted[position - 1] > step {
            sorted[position] = sorted[position - 1]
            position -= 1
        }
        while position + 1 < count, sorted[position + 1] < step {
            sorted[position] = sorted[position + 1]
            position += 1
        }
        sorted[position] = step
        recent[next] = step
        next = (next + 1) % Self.length
    }
}
