/// A stream that is back.
package enum Restored: Equatable, Sendable {
    /// Fed the same samples, it forecasts what it would have without the interruption. Settings
    /// that say how the stream goes on, not what it has learned, may have changed: its rate of
    /// learning, say.
    case exact(StreamIndex)
    /// Other settings left no use for `lost`, parts by name (`LostState`, in that order). Those
    /// that the new settings want begin anew; all the rest is as it was.
    case partial(StreamIndex, lost: [String])

    package var stream: StreamIndex {
        switch self {
        case .exact(let stream), .partial(let stream, _): stream
        }
    }
}

/// What changed settings may have no use for.
enum LostState: String, CaseIterable {
    /// The experts of these names.
    case ar2, ar8, recurrent, full, arx
    /// The optimizer's moments, and the samples that an update of the net goes back through.
    case moments, window
    /// The weights of the experts, and of persistence beside them.
    case mixture
    /// What has been found out about the season.
    case season
    /// The interval's factor.
    case interval
    /// How forecasts further ahead turned out.
    case path
}
