/// What was left out of a batch whose other samples are good.
package struct Rejections: Sendable {
    /// The first reason in full, for the log.
    package private(set) var first: WireError?
    private var counts = InlineArray<21, UInt32>(repeating: 0)

    package init() {}

    package var isEmpty: Bool { first == nil }

    package var total: Int {
        WireError.Reason.allCases.reduce(0) { $0 + self[$1] }
    }

    package subscript(reason: WireError.Reason) -> Int { Int(counts[reason.rawValue]) }

    package mutating func add(_ error: WireError) {
        if first == nil { first = error }
        counts[error.reason.rawValue] += 1
    }
}
