/// What the experts make of a channel, for those who score and draw them (`foretide replay`).
extension Forecaster {
    /// The names of a channel's experts, in the order of `readExperts`.
    package func expertNames(of stream: StreamIndex, channel: Int) -> [String] {
        self.stream(stream).channels[channel].expertNames
    }

    /// The season found in a channel, or set, in samples; nil when there is none.
    package mutating func period(of stream: StreamIndex, channel: Int) -> Int? {
        let period = streams[stream.position].channels[channel].period
        return period > 0 ? period : nil
    }

    /// Lasting changes of a channel so far.
    package func drifts(of stream: StreamIndex, channel: Int) -> DriftCounts {
        // Through spans: elements read from the arrays themselves would be copied.
        let streams = streams.span
        let channels = streams[stream.position].channels.span
        return channels[channel].drifts
    }

    /// Each expert's own forecast of the channel's next value, and its share of the published one.
    /// Nothing before the channel's first value. To be read before `train`.
    package mutating func readExperts(
        of stream: StreamIndex, channel: Int, forecasts: inout [Double], shares: inout [Double]
    ) {
        streams[stream.position].channels[channel]
            .readExperts(forecasts: &forecasts, shares: &shares)
    }
}

extension ChannelModel {
    fileprivate var period: Int { mutating get { season.period } }

    package var expertNames: [String] {
        experts.kinds.map(\.rawValue)
    }

    /// forecasts: x + J + q·ŷ_k in units of the series (J is a jump that is due, of which
    /// persistence knows nothing), moved as the published forecast is where the newest value is a
    /// suspect or stuck (ChannelModel.forecast); shares: (1 − a)·w_k, the guard's
    /// a on persistence; both as long as `expertNames`. Mutating: `ChannelModel` says why.
    fileprivate mutating func readExperts(forecasts: inout [Double], shares: inout [Double]) {
        forecasts.removeAll(keepingCapacity: true)
        shares.removeAll(keepingCapacity: true)
        guard hasBegun else { return }
        let level = history[back: 0] + (published - expected)
        let persistence = persistenceGuard?.weight ?? 0
        for (index, forecast) in experts.forecasts.enumerated() {
            let weight = (1 - persistence) * mixture.weights[index]
            let jump = index == 0 ? 0 : jumps.height
            forecasts.append(level + jump + scaler.step * forecast)
            shares.append(index == 0 ? weight + persistence : weight)
        }
    }
}
