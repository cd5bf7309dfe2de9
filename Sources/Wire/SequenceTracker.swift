import Series

/// Finds lost messages and restarted publishers from the sequence numbers of each topic.
///
/// A topic's first number is where counting starts: a late joiner has lost nothing.
package struct SequenceTracker: Sendable {
    /// Bytes of the number, which tell where it starts again from 0.
    package enum Width: UInt8, Sendable { case bytes4 = 4, bytes8 = 8 }

    /// Samples or messages that never arrived: grows by exactly the gap.
    package private(set) var lost: UInt64 = 0
    /// Times that a topic's numbers went back: its publisher has started again.
    package private(set) var restarts: UInt64 = 0
    /// Numbers not looked at because their topic came when `topicLimit` topics were known.
    package private(set) var untracked: UInt64 = 0

    private struct Expected {
        var next: UInt64
        var width: Width
    }

    /// By the topic's hash. Two topics of one hash would only count wrongly.
    private var topics: [UInt64: Expected] = [:]
    private let topicLimit: Int

    /// A 4-byte number that falls by nearly its whole range has gone around, with at most this many
    /// lost on the way. Any other fall is a restart.
    private static let wrapWindow: UInt64 = 1 << 20

    package init(topicLimit: Int) {
        self.topicLimit = topicLimit
    }

    /// Notes that `count` consecutive numbers from `first` have arrived. Numbers that repeat the
    /// newest ones, as from a second connection to the same publisher, change nothing.
    package mutating func observe(
        _ first: UInt64, count: UInt64 = 1, width: Width, topic: Span<UInt8>
    ) {
        let key = StreamName.hash(topic)
        var next = first &+ count
        if width == .bytes4 { next &= 0xffff_ffff }
        guard let expected = topics[key], expected.width == width else {
            if topics.count < topicLimit || topics[key] != nil {
                topics[key] = Expected(next: next, width: width)
            } else {
                untracked += 1
            }
            return
        }
        if next == expected.next { return }
        if first >= expected.next {
            lost &+= first - expected.next
        } else if let gap = wrappedGap(from: expected.next, to: first, width: width) {
            lost &+= gap
        } else {
            restarts += 1
        }
        topics[key] = Expected(next: next, width: width)
    }

    private func wrappedGap(from next: UInt64, to first: UInt64, width: Width) -> UInt64? {
        guard width == .bytes4 else { return nil }
        let gap = first + (1 << 32) - next
        return gap <= Self.wrapWindow ? gap : nil
    }
}
