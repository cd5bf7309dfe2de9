import Series

extension ChannelModel {
    /// Values whose range, a tenth wider on either side, holds every forecast of a path.
    private static let rangeLength = 1000

    /// The forecasts of the next values, `horizon` of them, by going on as if each forecast came
    /// true (RECIPE.md, C9): scales, season and all weights stay as they are, and nothing of it is
    /// kept. The first is the published one.
    package func forecasts(horizon: Int, workspace: inout Workspace) -> [Double] {
        var path = [published]
        guard hasBegun, horizon > 1 else { return path }
        let (low, high) = history.extremes(ofLast: Self.rangeLength)
        let margin = 0.1 * (high - low)
        func plausible(_ value: Double) -> Double { min(max(value, low - margin), high + margin) }
        // What carries a suspect's jump or a stuck value along (`forecast`).
        let offset = published - expected
        var (history, experts, jumps) = (history, experts, jumps)
        var next = plausible(expected)
        for _ in 1..<horizon {
            history.append(next)
            experts.step(history, scaler: scaler, season: season, workspace: &workspace)
            jumps.prepare(history, period: season.period, step: scaler.step)
            let mixed = mixture.combine(experts.forecasts)
            next = plausible(next + jumps.height + scaler.step * guarded(mixed))
            path.append(next + offset)
        }
        return path
    }

    /// The same with intervals: those learned as far as there are any, and beyond them as wide as
    /// the errors of a random walk become, √h.
    func steps(horizon: Int, workspace: inout Workspace) -> [Forecast.Step] {
        forecasts(horizon: horizon, workspace: &workspace).enumerated().map { index, mean in
            let known = min(index, (path?.horizon ?? 1) - 1)
            let width = known > 0 ? path!.halfWidths[known] : halfWidth
            let halfWidth = width * (Double(index + 1) / Double(known + 1)).squareRoot()
            var step = Forecast.Step()
            (step.mean, step.lower, step.upper) = (mean, mean - halfWidth, mean + halfWidth)
            return step
        }
    }

    /// Fills the path of the newest step, which is about to be published.
    mutating func lookAhead(workspace: inout Workspace) {
        guard path != nil else { return }
        let means = forecasts(horizon: path!.horizon, workspace: &workspace)
        path!.means = means
        path!.finish(nextHalfWidth: halfWidth)
    }
}
