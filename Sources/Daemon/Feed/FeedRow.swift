/// One step of a feed: a value for each of its streams, all of one time.
package struct FeedRow {
    /// Nanoseconds since 1970 UTC; nil: the daemon takes the time of arrival.
    package var time: Int64?
    /// In the order of the feed's streams; NaN when missing.
    package var values: [Double] = []
    /// Exogenous inputs that every stream's sample has; NaN when missing.
    package var inputs: [Double] = []

    package init() {}
}
