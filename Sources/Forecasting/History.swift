/// The last values of a series as the experts see them: real ones where they were accepted,
/// forecasts where they were missing, stuck or set aside (x̃ in BAD-DATA-AND-PRIOR.md).
package struct History: Equatable, Sendable {
    /// The most values that are ever kept.
    package static let largestCapacity = 4096

    /// Values kept, a power of two; older ones are overwritten.
    package let capacity: Int
    /// A ring: the value of step t is at t mod `capacity`. Empty before the first.
    var ring: [Double] = []
    /// Steps so far.
    package internal(set) var count = 0
    /// The first steps, of which nothing is known: a shorter history did not keep them.
    var forgotten = 0

    package init(capacity: Int = History.largestCapacity) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0)
        self.capacity = capacity
    }

    /// Steps that can still be looked up.
    package var available: Int { min(count - forgotten, capacity) }

    /// The value `back` steps before the newest one. `back` < `available`.
    package subscript(back back: Int) -> Double {
        get { ring[position(back)] }
        set { ring[position(back)] = newValue }
    }

    /// The difference that ended `back` steps before the newest value; 0 where it is not known.
    package func difference(back: Int) -> Double {
        back + 1 < available ? self[back: back] - self[back: back + 1] : 0
    }

    package mutating func append(_ value: Double) {
        if ring.isEmpty { ring = [Double](repeating: 0, count: capacity) }
        ring[count & (capacity - 1)] = value
        count += 1
    }

    /// Adds `offset` to every value but the `newest` ones.
    package mutating func shift(by offset: Double, except newest: Int) {
        for back in newest..<max(newest, available) { self[back: back] += offset }
    }

    /// The smallest and the largest of the last `length` values. The history is not empty.
    package func extremes(ofLast length: Int) -> (low: Double, high: Double) {
        var (low, high) = (self[back: 0], self[back: 0])
        for back in 1..<max(1, min(length, available)) {
            let value = self[back: back]
            low = min(low, value)
            high = max(high, value)
        }
        return (low, high)
    }

    private func position(_ back: Int) -> Int {
        precondition(back >= 0 && back < available)
        return (count - 1 - back) & (capacity - 1)
    }
}
