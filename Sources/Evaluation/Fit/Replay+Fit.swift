package import Forecasting

/// What a replay leaves to learn from.
extension Replay {
    /// The streams as they are now, in the order of the columns; those without a value are missing.
    package var models: [Forecasting.Stream] {
        indices.compactMap { $0.map { forecaster.stream($0) } }
    }

    /// Which of `models` a column is in, and as which channel; nil without a value.
    func place(ofColumn column: Int) -> (model: Int, channel: Int)? {
        let feed = feeds.count == 1 ? 0 : column
        guard indices[feed] != nil else { return nil }
        return (indices[..<feed].count { $0 != nil }, feeds.count == 1 ? column : 0)
    }

    /// The training of a column's net on what it saw; nil when that is too little.
    func fitting(ofColumn column: Int, options: NetFitting.Options) -> NetFitting? {
        let feed = feeds.count == 1 ? 0 : column
        guard let stream = indices[feed] else { return nil }
        return forecaster.fitting(
            of: stream, channel: feeds.count == 1 ? column : 0, on: recordings[column],
            options: options)
    }
}
