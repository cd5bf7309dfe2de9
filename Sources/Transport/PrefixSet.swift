/// Prefixes of which none begins with another: "s1" goes when "s" comes, and "s12" is not let in.
/// So one walk over sorted names meets every name that any of them covers exactly once.
package struct PrefixSet {
    /// Sorted bytewise.
    package private(set) var prefixes: [[UInt8]] = []
    /// More prefixes than this become one, the empty prefix, which covers every name.
    package let limit: Int

    package init(limit: Int) { self.limit = limit }

    package var isEmpty: Bool { prefixes.isEmpty }

    /// False when a prefix that is already there covers it.
    package mutating func insert(_ prefix: [UInt8]) -> Bool {
        var low = 0
        var high = prefixes.count
        while low < high {
            let middle = (low + high) / 2
            if prefixes[middle].lexicographicallyPrecedes(prefix) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        // Whatever covers it is itself (at `low`) or sorts right before it; what it covers follows.
        if low > 0, prefix.starts(with: prefixes[low - 1]) { return false }
        if low < prefixes.count, prefixes[low] == prefix { return false }
        var end = low
        while end < prefixes.count, prefixes[end].starts(with: prefix) { end += 1 }
        prefixes.replaceSubrange(low..<end, with: CollectionOfOne(prefix))
        if prefixes.count > limit { prefixes = [[]] }
        return true
    }

    package mutating func removeAll() { prefixes.removeAll(keepingCapacity: true) }
}
