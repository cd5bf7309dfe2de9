/// A lasting change of a series, which its forecasts follow from then on.
package enum Drift: UInt8, CaseIterable, Sendable {
    /// The series has jumped and stays there: three suspects in a row, all as far off (`Gate`).
    case level
    /// It scatters more or less than before: three suspects in a row that are no jump, or errors of
    /// another size (`SpreadMonitor`).
    case spread
    /// Its season has another length (`SeasonTracker`).
    case period
}

/// How often each has been seen.
package struct DriftCounts: Equatable, Sendable {
    var counts = SIMD4<UInt64>.zero

    package init() {}

    package subscript(_ drift: Drift) -> UInt64 {
        get { counts[Int(drift.rawValue)] }
        set { counts[Int(drift.rawValue)] = newValue }
    }

    package var total: UInt64 { counts.wrappedSum() }

    package mutating func add(_ other: DriftCounts) { counts &+= other.counts }

    /// What has been seen since there were so many.
    package func since(_ before: DriftCounts) -> DriftCounts {
        var new = self
        new.counts &-= before.counts
        return new
    }
}
