/// A channel that goes on as if each of its forecasts came true (RECIPE.md, C9): scales, season and
/// all weights stay as they are. `start`, then `append` and `step` in turn, all channels of a
/// stream one and then the other, since they look at each other; `end` puts the channel back where
/// it was.
///
/// The memory that this takes stays from one path to the next, whichever channel it is of.
struct ClosedLoop: Sendable {
    /// The forecasts so far, as they would be published: [1 + steps]. All NaN before the channel
    /// has had a value.
    private(set) var path: [Double] = []
    /// What every forecast is kept within, but for the offset.
    private(set) var range = 0.0...0.0
    /// What carries a suspect's jump or a stuck value along (`ChannelModel.forecast`).
    private(set) var offset = 0.0
    private var next = 0.0
    // What the channel has to get back.
    private var overwritten: [Double] = []
    private var experts = ExpertsStep()
    private var jumps = Jumps()

    /// Values whose range, a tenth wider on either side, holds every forecast.
    private static let rangeLength = 1000

    /// steps: that will follow, at most.
    mutating func start(_ model: inout ChannelModel, steps: Int) {
        path.removeAll(keepingCapacity: true)
        guard model.hasBegun else {
            return path.append(contentsOf: repeatElement(.nan, count: steps + 1))
        }
        model.history.copyOldest(steps, to: &overwritten)
        experts.copy(from: &model.experts)
        jumps = model.jumps
        let (low, high) = model.history.extremes(ofLast: Self.rangeLength)
        let margin = 0.1 * (high - low)
        range = (low - margin)...(high + margin)
        offset = model.published - model.expected
        next = model.expected
        limitNext()
        path.append(model.published)
    }

    /// The forecast has come true.
    mutating func append(to model: inout ChannelModel) { model.history.append(next) }

    /// The forecast of the value after it.
    mutating func step(_ model: inout ChannelModel, workspace: inout Workspace) {
        let change = model.tryStep(workspace: &workspace)
        next += model.jumps.height + change
        limitNext()
        path.append(next + offset)
    }

    mutating func end(_ model: inout ChannelModel) {
        guard model.hasBegun else { return }
        model.history.takeBack(path.count - 1, overwritten)
        experts.copy(to: &model.experts)
        model.jumps = jumps
    }

    private mutating func limitNext() { next = min(max(next, range.lowerBound), range.upperBound) }
}

extension History {
    /// The values that so many more will overwrite, or the room for them, oldest first.
    fileprivate func copyOldest(_ steps: Int, to values: inout [Double]) {
        values.removeAll(keepingCapacity: true)
        for step in 0..<min(steps, capacity) {
            values.append(ring[(count + step) & (capacity - 1)])
        }
    }

    /// As it was before so many values were appended.   overwritten: what `copyOldest` copied.
    fileprivate mutating func takeBack(_ steps: Int, _ overwritten: [Double]) {
        count -= steps
        for step in 0..<min(steps, capacity) {
            ring[(count + step) & (capacity - 1)] = overwritten[step]
        }
    }
}
