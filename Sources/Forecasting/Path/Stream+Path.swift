import Series

extension Stream {
    /// The forecasts of the next values of every channel, `horizon` of each, of which the first are
    /// the published ones: [channels][horizon]. NaN where a channel has had no value yet.
    package func forecasts(horizon: Int, workspace: inout Workspace) -> [[Double]] {
        workspace.prepare(neighbours: neighbourCount)
        var loops = channels.map(ClosedLoop.init)
        var forecasts = channels.map { channel in
            var path = [Double](repeating: .nan, count: horizon)
            if channel.hasBegun { path[0] = channel.published }
            return path
        }
        var inputs = inputs
        for ahead in 1..<max(horizon, 1) {
            for index in inputs.indices { inputs[index].hold() }
            workspace.shownInputs.show(inputs)
            if neighbourCount > 0 { workspace.neighbours.start(channels: channels.count) }
            for index in loops.indices where loops[index] != nil {
                loops[index]!.append()
                guard neighbourCount > 0 else { continue }
                workspace.neighbours.show(
                    index, loops[index]!.history, scaler: loops[index]!.scaler)
            }
            for index in loops.indices where loops[index] != nil {
                workspace.neighbours.own = index
                forecasts[index][ahead] = loops[index]!.step(&workspace)
            }
        }
        return forecasts
    }

    /// The same with intervals, channel after channel: those learned as far as there are any, and
    /// beyond them as wide as the errors of a random walk become, √h.
    func steps(horizon: Int, workspace: inout Workspace) -> [Forecast.Step] {
        let forecasts = forecasts(horizon: horizon, workspace: &workspace)
        return zip(channels, forecasts).flatMap { channel, path in
            channel.believed(path).enumerated().map { index, mean in
                let halfWidth = channel.halfWidth(ahead: index + 1)
                var step = Forecast.Step()
                (step.mean, step.lower, step.upper) = (mean, mean - halfWidth, mean + halfWidth)
                return step
            }
        }
    }

    /// Fills the paths of the newest step, which is about to be published.
    mutating func lookAhead(workspace: inout Workspace) {
        guard configuration.horizon > 1 else { return }
        let forecasts = forecasts(horizon: configuration.horizon, workspace: &workspace)
        for index in channels.indices { channels[index].finish(path: forecasts[index]) }
    }
}

extension ChannelModel {
    /// The newest step's path, once there has been a value.
    fileprivate mutating func finish(path forecasts: [Double]) {
        guard hasBegun else { return }
        path?.finish(forecasts, from: history[back: 0], nextHalfWidth: halfWidth)
    }

    /// A path's forecasts, as far as they are to be believed.
    fileprivate func believed(_ forecasts: [Double]) -> [Double] {
        guard hasBegun else { return forecasts }
        return path?.believed(forecasts, from: history[back: 0]) ?? forecasts
    }

    /// Half the width of the interval of the forecast so many values ahead.
    fileprivate func halfWidth(ahead: Int) -> Double {
        let known = min(ahead, path?.horizon ?? 1)
        let width = known > 1 ? path!.halfWidths[known - 1] : halfWidth
        return width * (Double(ahead) / Double(known)).squareRoot()
    }
}
