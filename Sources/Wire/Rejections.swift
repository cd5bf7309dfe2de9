/// What was left out of a batch whose other samples are good.
package struct Rejections: Sendable {
    /// The first reason in full, for the log.
    package private(set) var first: WireError?
    package private(set) var total = 0
    private var counts = InlineArray<19, Int>(repeating: 0)

    package init() {}

    package var isEmpty: Bool { total == 0 }

    package subscript(reason: WireError.Reason) -> Int { counts[reason.rawValue] }

    package mutating func add(_ error: WireError) {
        if first == nil { first = error }
        total += 1
        counts[error.reason.rawValue] += 1
    }
}
