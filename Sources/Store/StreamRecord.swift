/// One stream as the state database holds it: what can be asked about it, and its state.
package struct StreamRecord: Equatable, Sendable {
    package var summary: StreamSummary
    /// Everything that decides a future forecast, as `summary.formatVersion` lays it out. The store
    /// does not look inside.
    package var state: [UInt8]

    package init(summary: StreamSummary, state: [UInt8]) {
        self.summary = summary
        self.state = state
    }
}

/// A stream's row without its state: enough to list it, and to fill the last-value cache.
package struct StreamSummary: Equatable, Sendable {
    /// UTF-8, as `StreamName` allows.
    package var name: [UInt8]
    /// The partition that owns it: `StreamName.hash(name) % 64`.
    package var partition = 0
    /// Says which settings the state was formed by; a state of other settings fits only in part.
    package var settingsSignature: UInt64 = 0
    /// How `state` is laid out. A version newer than the program knows is left alone.
    package var formatVersion = 1
    package var sampleCount: UInt64 = 0
    /// `seq` of the last forecast that was published.
    package var sequence: UInt64 = 0
    /// Time of the last sample, nanoseconds since 1970 UTC; nil before the first.
    package var lastTime: Int64?
    package var scores = Scores()
    /// When the state was copied, nanoseconds since 1970 UTC: a stream older than
    /// `state.retention` is deleted.
    package var updatedAt: Int64 = 0
    /// The last forecast published, as its message had it; empty when there was none.
    package var forecast: [UInt8] = []

    package init(name: [UInt8]) { self.name = name }

    /// Running errors of the published forecasts; nil before there is one.
    package struct Scores: Equatable, Sendable {
        /// Mean absolute error, in units of the series.
        package var mae: Double?
        /// The same divided by that of persistence.
        package var mase: Double?

        /// What is not finite is kept as nil.
        package init(mae: Double? = nil, mase: Double? = nil) {
            self.mae = mae.flatMap { $0.isFinite ? $0 : nil }
            self.mase = mase.flatMap { $0.isFinite ? $0 : nil }
        }
    }
}
