/// A copy of a channel that goes on as if each of its forecasts came true (RECIPE.md, C9): scales,
/// season and all weights stay as they are. `append` and `step` in turn, all channels of a stream
/// one and then the other, since they look at each other.
struct ClosedLoop {
    private let model: ChannelModel
    private(set) var history: History
    private var experts: Experts
    private var jumps: Jumps
    /// What every forecast is kept within.
    private let range: ClosedRange<Double>
    /// What carries a suspect's jump or a stuck value along (`ChannelModel.forecast`).
    private let offset: Double
    private var next: Double

    /// Values whose range, a tenth wider on either side, holds every forecast.
    private static let rangeLength = 1000

    /// Nil before the channel has had a value.
    init?(_ model: ChannelModel) {
        guard model.hasBegun else { return nil }
        self.model = model
        (history, experts, jumps) = (model.history, model.experts, model.jumps)
        let (low, high) = model.history.extremes(ofLast: Self.rangeLength)
        let margin = 0.1 * (high - low)
        range = (low - margin)...(high + margin)
        offset = model.published - model.expected
        next = model.expected
        limitNext()
    }

    var scaler: Scaler { model.scaler }

    /// The forecast has come true.
    mutating func append() { history.append(next) }

    /// The forecast of the value after it, as it would be published.
    mutating func step(_ workspace: inout Workspace) -> Double {
        let scale = model.scaler.step
        experts.step(history, scaler: model.scaler, season: model.season, workspace: &workspace)
        jumps.prepare(history, period: model.season.period, step: scale)
        let mixed = model.mixture.combine(experts.forecasts)
        next += jumps.height + scale * model.guarded(mixed)
        limitNext()
        return next + offset
    }

    private mutating func limitNext() { next = min(max(next, range.lowerBound), range.upperBound) }
}
