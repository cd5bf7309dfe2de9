import Series

extension Stream {
    /// Forecasts the next values of every channel, `horizon` of each, of which the first are the
    /// published ones: `path` of each of the workspace's loops. The stream is as before then.
    private mutating func lookAhead(horizon: Int, workspace: inout Workspace) {
        workspace.prepare(neighbours: neighbourCount)
        workspace.heldInputs.replaceAll(with: inputs)
        // Taken out of the workspace while both are needed.
        var loops: [ClosedLoop] = []
        swap(&loops, &workspace.loops)
        while loops.count < channels.count { loops.append(ClosedLoop()) }
        for index in channels.indices { loops[index].start(&channels[index], steps: horizon - 1) }
        for _ in 1..<horizon { step(&loops, workspace: &workspace) }
        for index in channels.indices { loops[index].end(&channels[index]) }
        swap(&loops, &workspace.loops)
    }

    private mutating func step(_ loops: inout [ClosedLoop], workspace: inout Workspace) {
        for index in inputs.indices { workspace.heldInputs[index].hold() }
        workspace.shownInputs.show(workspace.heldInputs)
        for index in channels.indices where channels[index].hasBegun {
            loops[index].append(to: &channels[index])
        }
        if neighbourCount > 0 { showNeighbours(&workspace.neighbours) }
        for index in channels.indices where channels[index].hasBegun {
            workspace.neighbours.own = index
            loops[index].step(&channels[index], workspace: &workspace)
        }
    }

    /// The same with intervals, channel after channel: those learned as far as there are any, and
    /// beyond them as wide as the errors of a random walk become, √h.   horizon: 2 or more.
    mutating func steps(horizon: Int, workspace: inout Workspace) -> [Forecast.Step] {
        lookAhead(horizon: horizon, workspace: &workspace)
        return channels.indices.flatMap { index in
            workspace.loops[index].path.indices.map { ahead in
                channels[index].step(workspace.loops[index], ahead: ahead + 1)
            }
        }
    }

    /// Fills the paths of the newest step, which is about to be published.
    mutating func lookAhead(workspace: inout Workspace) {
        guard configuration.horizon > 1 else { return }
        lookAhead(horizon: configuration.horizon, workspace: &workspace)
        for index in channels.indices {
            channels[index].finish(workspace.loops[index], clock)
        }
    }
}

extension ChannelModel {
    /// The newest step's path, once there has been a value.
    fileprivate mutating func finish(_ loop: borrowing ClosedLoop, _ clock: borrowing StreamClock) {
        guard hasBegun else { return }
        let season = pathSeason(clock)
        let origin = pathOrigin(loop)
        path?.finish(
            loop.path, from: origin, history, season: season, nextHalfWidth: halfWidth)
    }

    private func pathOrigin(_ loop: borrowing ClosedLoop) -> ForecastPath.Origin {
        .init(
            value: history[back: 0], offset: loop.offset, scale: scaler.step, range: loop.range)
    }

    /// The one that was set, else a day and a week, else what was found in the values. None, so
    /// that it stays as it is, for the first samples with a time, and those after a restart.
    private mutating func pathSeason(_ clock: borrowing StreamClock) -> Season {
        guard usesSeason else { return Season() }
        guard seasonTracker.known == nil else { return season.ascending }
        guard let step = clock.step.typical else {
            return clock.newest == nil ? season.ascending : Season()
        }
        let longest = SeasonalValues.longest(in: history)
        let present = path?.seasonal.season ?? Season()
        return Season.calendar(step, longest: longest, present: present) ?? season.ascending
    }

    /// A forecast so many values ahead with all that was learned of paths, and its interval.
    fileprivate mutating func step(_ loop: borrowing ClosedLoop, ahead: Int) -> Forecast.Step {
        var mean = loop.path[ahead - 1]
        if hasBegun {
            let origin = pathOrigin(loop)
            mean = path?.believed(mean, ahead: ahead, from: origin, history) ?? mean
        }
        let halfWidth = halfWidth(ahead: ahead)
        var step = Forecast.Step()
        (step.mean, step.lower, step.upper) = (mean, mean - halfWidth, mean + halfWidth)
        return step
    }

    /// Half the width of the interval of the forecast so many values ahead.
    fileprivate func halfWidth(ahead: Int) -> Double {
        let known = min(ahead, path?.horizon ?? 1)
        let width = known > 1 ? path!.halfWidths[known - 1] : halfWidth
        return width * (Double(ahead) / Double(known)).squareRoot()
    }
}
