import Kernels

/// The streams in memory, from the one whose last sample was longest ago: a doubly linked list over
/// their indices. Every operation takes the same short time.
struct IdleOrder: Sendable {
    /// By index: the neighbours, −1 for none, and when the last sample was (`Counters.samples`).
    private var before: [Int32] = []
    private var after: [Int32] = []
    private var seen: [UInt64] = []
    private var (first, last): (Int32, Int32) = (-1, -1)

    /// The longest idle one.
    var idlest: Int? { first >= 0 ? Int(first) : nil }

    /// When the stream had its last sample, or came.
    func lastSeen(_ index: Int) -> UInt64 { seen[index] }

    /// Adds a stream, as the newest. Its index is that of one that was removed, or the next.
    mutating func add(_ index: Int, at time: UInt64) {
        if index == seen.count {
            before.append(-1)
            after.append(-1)
            seen.append(time)
        }
        append(Int32(index), time)
    }

    /// The stream has had a sample.
    mutating func touch(_ index: Int, at time: UInt64) {
        if last == Int32(index) { return seen[index] = time }
        remove(index)
        append(Int32(index), time)
    }

    /// The stream is about to be touched, or the first one to be removed.
    func prefetch(_ index: Int) {
        prefetchNow(before, index..<index + 1)
        prefetchNow(after, index..<index + 1)
        prefetchNow(seen, index..<index + 1)
    }

    mutating func remove(_ index: Int) {
        let (earlier, later) = (before[index], after[index])
        if earlier >= 0 { after[Int(earlier)] = later } else { first = later }
        if later >= 0 { before[Int(later)] = earlier } else { last = earlier }
    }

    private mutating func append(_ index: Int32, _ time: UInt64) {
        before[Int(index)] = last
        after[Int(index)] = -1
        seen[Int(index)] = time
        if last >= 0 { after[Int(last)] = index } else { first = index }
        last = index
    }
}
