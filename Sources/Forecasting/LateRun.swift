/// Late samples in a row that are in order among themselves: enough of them are no stragglers, the
/// feed's clock has gone back (a history sent again, or one time far in the future before it).
struct LateRun: Sendable {
    var count = 0
    var newest: Int64?

    /// So many, and the clock is believed.
    static let longest = 16

    /// Whether this late sample (nanoseconds) is the one that settles it.
    mutating func observe(_ time: Int64) -> Bool {
        count = time > newest ?? .min ? count + 1 : 1
        newest = time
        return count >= Self.longest
    }

    /// A sample came that was not late.
    mutating func end() { self = LateRun() }
}
