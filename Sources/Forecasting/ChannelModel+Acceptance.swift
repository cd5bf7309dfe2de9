extension ChannelModel {
    /// What a step's value was taken for.
    enum Acceptance: Equatable {
        case accepted
        /// Accepted after suspects that were no spike.
        case released
        case missing
        /// Far off; set aside until the next values tell. `offset`: its distance from the forecast.
        case suspect(offset: Double)
        /// The sensor repeats itself; persistence is published, nothing is learned.
        case stuck

        var isSuspect: Bool {
            if case .suspect = self { true } else { false }
        }
    }

    /// Values and history beyond this are taken as missing: their squares would not be finite.
    package static let largestValue = 1e150
    /// Accepted values before the gate judges.
    private static let valuesBeforeGate = 30
    /// Values before a gap whose range, a tenth wider, bounds what is imputed in it.
    private static let rangeLength = 1000
    /// Values of a gap that are imputed by their forecast, before the season takes over.
    private static let forecastsInGap = 3

    mutating func begin(with value: Double) -> Acceptance {
        stuckDetector.observe(value, accepted: accepted)
        history.append(value)
        accepted = 1
        return .accepted
    }

    /// Appends the step to the history: its value, or a forecast in its place (`gap` > 0 then).
    mutating func accept(_ value: Double, counters: inout Counters) -> Acceptance {
        let acceptance = judge(value)
        switch acceptance {
        case .accepted, .released:
            history.append(value)
            gap = 0
            accepted += 1
        case .missing, .suspect, .stuck:
            if gap == 0 { setPlausibleRange() }
            history.append(min(max(imputed, plausible.low), plausible.high))
            gap += 1
        }
        switch acceptance {
        case .suspect: counters.suspects += 1
        case .stuck: counters.stuck += 1
        case .released: release(counters: &counters)
        case .accepted, .missing: break
        }
        if gap == 0 { refineShift() }
        return acceptance
    }

    /// What stands for a value that is not known: its forecast; far into a gap, the season before.
    private var imputed: Double {
        let period = season.period
        guard gap >= Self.forecastsInGap, period > 0, period <= history.available else {
            return expected
        }
        return history[back: period - 1]
    }

    private mutating func judge(_ value: Double) -> Acceptance {
        guard value.isFinite else { return .missing }
        stuckDetector.observe(value, accepted: accepted)
        if stuckDetector.isStuck {
            gate.relax()
            return .stuck
        }
        guard accepted > Self.valuesBeforeGate, scaler.hasMoved else {
            gate.pass()
            return .accepted
        }
        let verdict = gate.judge(
            value, forecast: expected, previous: history[back: 0], scale: scaler.step,
            step: history.count)
        switch verdict {
        case .normal: return .accepted
        case .suspect(let offset): return .suspect(offset: offset)
        case .released: return .released
        }
    }

    /// The suspects were real after all: the history before them moves to the new level, if it is
    /// one, and they get their own values back. The newest value is in the history already.
    private mutating func release(counters: inout Counters) {
        if let shift = gate.commonShift {
            shiftHistory(by: shift, except: 1)
            path?.forgetPending()
            shiftRefinement = gate.pending.first.map { ShiftRefinement(start: $0.step) }
            count(.level, &counters)
        } else {
            count(.spread, &counters)
        }
        for suspect in gate.pending {
            let back = history.count - 1 - suspect.step
            if back < history.available { history[back: back] = suspect.value }
            if back > 0 { path?.forgetPending(back: back) }
        }
        gate.endEpisode()
    }

    /// Moves the history before the newest shift a little more, or less.
    private mutating func refineShift() {
        guard shiftRefinement != nil else { return }
        let offset = shiftRefinement!.offset(history, period: season.period, step: scaler.step)
        guard let offset else { return shiftRefinement = nil }
        shiftHistory(by: offset, except: history.count - shiftRefinement!.start)
    }

    /// Moves all that knows levels, but for the newest values. The newest one is in the history,
    /// but the experts have not seen it yet.
    private mutating func shiftHistory(by offset: Double, except: Int) {
        history.shift(by: offset, except: except)
        scaler.shift(by: offset)
        experts.shift(by: offset, except: except - 1)
    }

    private mutating func setPlausibleRange() {
        let (low, high) = history.extremes(ofLast: Self.rangeLength)
        let margin = 0.1 * (high - low)
        plausible = (low - margin, high + margin)
    }

    /// A first value far off spoils the scales for hundreds of samples: once 16 steps are known,
    /// such a start is replaced by a robust one.
    mutating func repairColdStart() {
        guard let repair = ColdStartRepair(history) else { return }
        scaler.repair(
            mean: repair.mean, variance: repair.variance, meanSquaredStep: repair.meanSquaredStep)
        for back in 0..<history.count {
            history[back: back] = repair.limited(history[back: back])
        }
        interval.limitScale(to: scaler.step)
        persistenceGuard?.forgetLosses()
        scores = Scores()
        experts.forgetErrors()
        path?.forgetErrors()
    }
}
