import Kernels
package import Series

/// One series and everything that forecasts it: the history as the experts see it, scales, experts,
/// their mixture, the interval. A stream has one per channel.
///
/// One step of the series is `take`, which scores the forecast made for it and learns, and, once
/// all channels of the stream have taken theirs, `forecast`. `train` follows when the forecast is
/// published. What bad values do is in ChannelModel+Acceptance.swift.
///
/// What each step asks of models, experts and streams is mutating though it changes nothing: a call
/// that only reads would copy them first, 2 KB of a model, since they lie in arrays and optionals.
package struct ChannelModel: Sendable {
    // The series so far.
    package internal(set) var history: History
    package internal(set) var scaler = Scaler()
    var gate = Gate()
    var stuckDetector = StuckDetector()
    /// Accepted values so far.
    package internal(set) var accepted = 0
    /// Steps since the newest accepted value; 0: the newest value was accepted.
    var gap = 0
    /// While the height of the newest level shift is being corrected.
    var shiftRefinement: ShiftRefinement?
    /// What imputed values are kept within while `gap` > 0.
    var plausible = (low: 0.0, high: 0.0)

    /// How long its season is, and that it is time to look again.
    var seasonTracker: SeasonTracker
    var isSeasonDue = false
    let usesSeason: Bool

    package internal(set) var experts: Experts
    package internal(set) var mixture: Mixture
    /// Nil with the absolute loss, where a squared one would judge wrongly.
    var persistenceGuard: PersistenceGuard?
    /// y of the step before, when it and the newest value were accepted.
    package private(set) var newestTarget: Double?
    var jumps = Jumps()
    /// The mixture's forecast, a scaled difference, before the guard.
    var mixed = 0.0
    /// What the newest step's value was taken for, between `take` and `forecast`.
    private var acceptance = Acceptance.missing
    package internal(set) var interval: Interval
    var spreadMonitor = SpreadMonitor()
    /// With a horizon beyond the next value.
    package internal(set) var path: ForecastPath?
    /// Lasting changes so far.
    package internal(set) var drifts = DriftCounts()

    /// F0: the forecast of the next value that the history goes on with where that one is missing.
    var expected = 0.0
    /// F: the same as published, where a suspect's jump or a stuck value is carried on.
    var published = 0.0
    var halfWidth = 0.0

    /// The newest step, as it is published.
    package internal(set) var report = Forecast.Channel()
    package internal(set) var status = Forecast.Status.warming
    var scores = Scores()
    var lastValue = Double.nan
    private let warmUp: Int

    /// Targets y and the forecasts of experts without their own bound, in steps q.
    private static let largestTarget = 8.0
    /// Reported in place of an anomaly score without bound.
    private static let largestScore = 1e6
    /// Targets after a recovery until the status is `ok` again.
    private static let recoveryTargets = 64

    /// neighbours: channels of the stream that this one looks at (`Neighbours`); inputs: the
    /// stream's exogenous ones.
    package init(
        _ configuration: ModelConfiguration, neighbours: Int = 0, inputs: Int = 0,
        generator: SeededGenerator?
    ) {
        history = History(capacity: configuration.historyLength)
        experts = Experts(
            configuration, neighbours: neighbours, inputs: inputs, generator: generator)
        let prior = Mixture.prior(
            experts.kinds,
            trustsNet: configuration.weights == .shared
                || FactoryWeights.weights(for: configuration, neighbours: neighbours) != nil)
        mixture = Mixture(prior: prior, loss: configuration.loss)
        persistenceGuard = configuration.loss == .squared ? PersistenceGuard() : nil
        seasonTracker = SeasonTracker(
            period: configuration.usesSeason ? configuration.period : nil)
        usesSeason = configuration.usesSeason
        interval = Interval(level: configuration.level)
        if configuration.horizon > 1 {
            path = ForecastPath(horizon: configuration.horizon, level: configuration.level)
        }
        warmUp = configuration.warmUp
    }

    package var season: Season { seasonTracker.season }

    /// Whether there has been a value; without one there is no forecast.
    package var hasBegun: Bool { history.count > 0 }

    /// The weights of the stream's own net; nil without one.
    package var netParameters: [Float]? { experts.recurrent?.own?.parameters }

    /// The stream's own net, if there is one, begins at these weights.
    package mutating func startNet(from weights: [Float]) {
        experts.recurrent?.own?.start(from: weights)
    }

    /// One step of the series with its value, NaN when missing; `forecast` follows when all series
    /// of the stream have taken theirs. `scored`: a forecast was published for this very value (not
    /// so after a gap in time).
    package mutating func take(
        _ value: Double, scored: Bool, workspace: inout Workspace,
        counters: inout Counters
    ) {
        guard hasBegun || value.isFinite else { return }
        let wasAccepted = hasBegun && gap == 0
        prefetchSome()
        score(value, scored: scored)
        acceptance = hasBegun ? accept(value, counters: &counters) : begin(with: value)
        let isPair = wasAccepted && gap == 0
        newestTarget = nil
        if isPair { learn(workspace: &workspace) }
        learnInterval(value, isPair: isPair, counters: &counters)
        prefetchSome()
        learnScales(isPair: isPair)
        path?.observe(history, isAccepted: gap == 0, scale: scaler.step)
    }

    /// How the forecast published for `value` did.
    private mutating func score(_ value: Double, scored: Bool) {
        report = Forecast.Channel()
        report.value = value
        guard value.isFinite else { return }
        if hasBegun, scored {
            let residual = value - published
            scores.add(residual: residual, change: value - lastValue)
            report.residual = residual
            if halfWidth > 0 {
                report.anomalyScore = min(abs(residual) / halfWidth, Self.largestScore)
            } else if interval.isKnown {
                report.anomalyScore = residual == 0 ? 0 : Self.largestScore
            }
        }
        lastValue = value
    }

    /// The experts, the mixture and the guard learn the newest step between two accepted values.
    private mutating func learn(workspace: inout Workspace) {
        let difference = history[back: 0] - history[back: 1]
        jumps.learn(
            difference: difference, change: scaler.step * guarded(mixed), step: scaler.step)
        let target = ((difference - jumps.height) / scaler.step)
            .clamped(to: Self.largestTarget)
        newestTarget = target
        experts.learn(target: target)
        if workspace.training != nil {
            experts.teachKin(&workspace.training!.net, target: target)
        }
        mixture.learn(forecasts: experts.forecasts, mixed: mixed, target: target)
        persistenceGuard?.learn(mixed: mixed, target: target)
    }

    private mutating func learnInterval(
        _ value: Double, isPair: Bool, counters: inout Counters
    ) {
        guard value.isFinite, acceptance != .stuck, history.count > 1 else { return }
        let error = value - published
        // A suspect is no sign that the band is too narrow: it would be far outside of any.
        if !acceptance.isSuspect { interval.track(error: error, halfWidth: halfWidth) }
        guard isPair, acceptance != .released else { return }
        interval.add(error: error)
        let hasChanged = spreadMonitor.observe(
            square: error * error, meanSquare: interval.meanSquare, period: season.period)
        if hasChanged { count(.spread, &counters) }
    }

    mutating func count(_ drift: Drift, _ counters: inout Counters) {
        drifts[drift] += 1
        counters.drifts[drift] += 1
        spreadMonitor.restart()
    }

    private mutating func learnScales(isPair: Bool) {
        if gap == 0 { scaler.add(level: history[back: 0]) }
        guard isPair else { return }
        scaler.add(step: history[back: 0] - history[back: 1])
        if scaler.stepCount == ColdStartRepair.afterSteps { repairColdStart() }
    }

    /// The experts' step on the newest value, and what is published of it. Nothing before there was
    /// a value.
    package mutating func forecast(workspace: inout Workspace) {
        guard hasBegun else { return }
        let hypothesis = hypothesis(workspace: &workspace)
        experts.step(history, scaler: scaler, season: season, workspace: &workspace)
        if usesSeason, SeasonTracker.isDue(history) { isSeasonDue = true }
        mixed = mixture.combine(experts.forecasts)
        prefetchSome()
        jumps.prepare(history, period: season.period, step: scaler.step)
        expected =
            history[back: 0] + jumps.height + scaler.step * guarded(mixed)
        switch acceptance {
        case .stuck: published = report.value
        case .suspect(let offset):
            let share = gate.carriedShare(offset: offset, scale: scaler.step)
            published = expected + share * (hypothesis - expected)
        case .accepted, .released, .missing: published = expected
        }
        prepareInterval()
        prefetchSome()
        reportForecast()
    }

    /// How wide the band around the next value is to be.
    private mutating func prepareInterval() {
        let change = (published - history[back: 0]) / scaler.step
        interval.prepare(
            seasonalSquare: history.seasonalSquare(season.period, step: scaler.step),
            changeSquare: change * change)
        halfWidth = interval.halfWidth(gap: gap)
    }

    /// The forecast as if a suspect were real, of which nothing is kept; 0 when it is not wanted.
    private mutating func hypothesis(workspace: inout Workspace) -> Double {
        guard
            case .suspect(let offset) = acceptance,
            gate.carriedShare(offset: offset, scale: scaler.step) > 0
        else { return 0 }
        workspace.experts.copy(from: &experts)
        let (newest, scaler, jumps) = (history[back: 0], scaler, jumps)
        history[back: 0] = report.value
        self.scaler.add(level: report.value)
        if gap == 1 { self.scaler.add(step: report.value - history[back: 1]) }
        let change = tryStep(workspace: &workspace)
        let hypothesis = report.value + self.jumps.height + change
        (history[back: 0], self.scaler, self.jumps) = (newest, scaler, jumps)
        workspace.experts.copy(to: &experts)
        return hypothesis
    }

    /// The change that is forecast from the newest value of the history, beside that of `jumps`, in
    /// units of the series; experts and jumps are to be put back then.
    mutating func tryStep(workspace: inout Workspace) -> Double {
        experts.step(
            history, scaler: scaler, season: season, isTrial: true, workspace: &workspace)
        jumps.prepare(history, period: season.period, step: scaler.step)
        let mixed = mixture.combine(experts.forecasts)
        return scaler.step * guarded(mixed)
    }

    func guarded(_ mixed: Double) -> Double {
        persistenceGuard?.apply(to: mixed) ?? mixed
    }

    /// Starts the net's window anew after a gap of more steps than were bridged; no path from
    /// before it is scored.
    package mutating func restartWindow(afterGap steps: Int) {
        guard hasBegun else { return }
        experts.recurrent?.restartWindow()
        path?.forgetPending()
        gap = steps
        halfWidth = interval.halfWidth(gap: gap)
    }

    /// Whether `train` has work. The forecast does not wait for it.
    package var updateIsDue: Bool {
        mutating get { isSeasonDue || experts.recurrent?.updateIsDue ?? false }
    }

    package mutating func train(_ workspace: inout Workspace, counters: inout Counters) {
        if isSeasonDue, workspace.seasonDetector != nil {
            let hasChanged = seasonTracker.search(history, with: &workspace.seasonDetector!)
            isSeasonDue = false
            if hasChanged { count(.period, &counters) }
        }
        guard experts.recurrent?.updateIsDue ?? false else { return }
        if experts.ar8 != nil { workspace.training!.net?.kin.add(&experts.ar8!) }
        switch experts.recurrent!.train(&workspace.training!) {
        case .done: counters.updates += 1
        case .skipped: counters.updatesSkipped += 1
        case .waiting: break
        case .recovered: counters.recoveries += 1
        }
    }

    /// Completes the report with the forecast. The status is the first that holds:
    /// - recovering: a divergence, until 64 targets after it;
    /// - stale: the newest value is missing, or the sensor is stuck;
    /// - warming: fewer than `ModelConfiguration.warmUp` accepted values so far;
    /// - ok.
    private mutating func reportForecast() {
        report.mean = published
        report.lower = published - halfWidth
        report.upper = published + halfWidth
        report.meanAbsoluteError = scores.meanAbsoluteError
        report.scaledError = scores.scaledError
        if let count = experts.recurrent?.targetsSinceRecovery, count < Self.recoveryTargets {
            status = .recovering
        } else if !report.value.isFinite || stuckDetector.isStuck {
            status = .stale
        } else {
            status = accepted < warmUp ? .warming : .ok
        }
    }
}
