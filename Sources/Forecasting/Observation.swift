/// The place of a stream in its forecaster; stays the same as long as the stream is in memory.
package struct StreamIndex: Hashable, Sendable {
    package let position: Int

    package init(position: Int) { self.position = position }
}

/// What became of a sample.
package enum Observation: Equatable, Sendable {
    /// The forecast is filled. When `updateIsDue`, call `Forecaster.train` after publishing it.
    ///
    /// A sample whose time is that of the newest sample, or before it, is answered too: its own
    /// time and value, and the forecast that stands (its residual is NaN, nothing was learned).
    case forecast(StreamIndex, updateIsDue: Bool)
    /// There is no forecast. Counted under its reason.
    case rejected(Rejection)
    /// Nothing was done with it yet (Forecaster+Residence.swift). Only with `Forecaster.hasStore`.
    case needs(Forecaster.Need)
}

/// Where a sample belongs.
package enum Placement: Equatable, Sendable {
    case stream(StreamIndex)
    /// There is no forecast. Counted under its reason.
    case rejected(Rejection)
    /// Nothing was done with it yet (Forecaster+Residence.swift). Only with `Forecaster.hasStore`.
    case needs(Forecaster.Need)
}

/// Why a sample got no forecast.
package enum Rejection: UInt8, CaseIterable, Sendable {
    /// None of the stream's values has been finite so far. The sample is counted as missing.
    case noValueYet
    /// The sample has no values.
    case empty
    /// The sample has more values and inputs than `Limits.valuesPerSample`.
    case tooManyValues
    /// A new stream past `Limits.maxStreams`.
    case tooManyStreams
    /// A new stream past `Limits.memoryBytes`.
    case memoryFull
    /// The state of a stream that has left memory cannot be had at present.
    case stateUnavailable
    /// Not as many values as the stream's first sample had.
    case channelCount
    /// No channel of the sample is one of the stream's.
    case unknownChannels
}
