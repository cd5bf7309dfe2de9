import Kernels
/// The experts of one channel, in the order of `Expert`, and what they share.
package struct Experts: Sendable {
    /// Which ones there are; persistence is the first.
    package let kinds: [Expert]
    /// ŷ_k: what each made of the newest step, scaled differences. Persistence's is 0.
    package internal(set) var forecasts: [Double]

    var features = Features()
    var ar2: LinearExpert<Double>?
    var ar8: LinearExpert<Double>?
    package internal(set) var recurrent: RecurrentExpert?
    var full: FullExpert?
    var arx: ARXExpert?
    /// Whether the net comes before `full`, which looks at its state.
    let netIsFirst: Bool
    /// y − ŷ of `full` at the newest target; 0 once a step has passed without one.
    var newestError = 0.0
    /// Steps so far.
    var steps = 0

    /// Steps before the linear experts learn: the scales of the first ones mean little.
    private static let stepsBeforeLearning = 4

    /// neighbours: of the channel; inputs: exogenous ones of the stream.
    package init(
        _ configuration: ModelConfiguration, neighbours: Int = 0, inputs: Int = 0,
        generator: SeededGenerator?
    ) {
        kinds = configuration.activeExperts(inputs: inputs)
        forecasts = [Double](repeating: 0, count: kinds.count)
        if kinds.contains(.ar2) { ar2 = .ar2 }
        if kinds.contains(.ar8) { ar8 = .ar8 }
        if kinds.contains(.recurrent) {
            recurrent = RecurrentExpert(
                configuration, neighbours: neighbours, generator: generator)
        }
        netIsFirst = recurrent?.looksAround ?? false
        if kinds.contains(.full) {
            full = FullExpert(
                isPlain: configuration.fullIsPlain, neighbours: neighbours,
                units: netIsFirst ? configuration.hidden : 0)
        }
        if kinds.contains(.arx) { arx = ARXExpert(inputs: inputs) }
    }

    /// What came where the newest step forecast `forecasts`: the scaled difference y.
    package mutating func learn(target: Double) {
        recurrent?.learn(target: target)
        newestError = full?.error(at: target) ?? 0
        guard steps >= Self.stepsBeforeLearning else { return }
        ar2?.learn(target: target)
        ar8?.learn(target: target)
        full?.learn(target: target)
        arx?.learn(target: target)
    }

    /// What the streams that share a net learn beside it from the newest target, which `learn` has
    /// had: before the next step.
    mutating func teachKin(_ net: inout SharedNet?, target: Double) {
        guard net != nil else { return }
        recurrent?.teach(&net!.kin, target: target, afterSteps: steps)
        net!.isChanged = true
    }

    /// One step on the newest value of `history`; fills `forecasts`.
    ///
    /// isTrial: the step will be undone (`ExpertsStep`), and the net's window does not see it.
    package mutating func step(
        _ history: borrowing History, scaler: Scaler, season: Season, isTrial: Bool = false,
        workspace: inout Workspace
    ) {
        steps += 1
        if steps == 1, ar8?.regression.errorCount == 0 {
            workspace.training?.net?.kin.start(&ar8!)
        }
        var (made, recalled) = (Made(), [Double]())
        if usesFeatures {
            swap(&features.values, &workspace.features)
            features.update(history, scaler: scaler, season: season)
            prefetchSome()
            made.ar2 = ar2?.step(features.values)
            made.ar8 = ar8?.step(features.values)
            workspace.inputs.update(features, base: made.ar8 ?? 0)
            recalled = full?.remember(features, &workspace.inputs, history, scaler: scaler) ?? []
        }
        if netIsFirst {
            made.recurrent = stepRecurrent(
                history, scaler: scaler, base: made.ar8, isTrial, &workspace)
            made.full = stepFull(recalled, &workspace)
        } else {
            made.full = stepFull(recalled, &workspace)
            made.recurrent = stepRecurrent(
                history, scaler: scaler, base: made.full ?? made.ar8, isTrial, &workspace)
        }
        prefetchSome()
        newestError = 0
        made.arx = arx?.step(
            features, workspace.shownInputs, other: made.full ?? made.ar8 ?? made.ar2 ?? 0)
        if usesFeatures { swap(&features.values, &workspace.features) }
        for (index, kind) in kinds.enumerated() {
            // A series that has never moved is forecast to stay.
            forecasts[index] = scaler.hasMoved ? made.forecast(of: kind) : 0
        }
    }

    /// Forecasts of a step, of those experts that there are.
    private struct Made {
        var ar2: Double?
        var ar8: Double?
        var full: Double?
        var recurrent: Double?
        var arx: Double?

        func forecast(of kind: Expert) -> Double {
            switch kind {
            case .persistence: 0
            case .ar2: ar2 ?? 0
            case .ar8: ar8 ?? 0
            case .recurrent: recurrent ?? 0
            case .full: full ?? 0
            case .arx: arx ?? 0
            }
        }
    }

    private mutating func stepFull(_ recalled: [Double], _ workspace: inout Workspace) -> Double? {
        // Lent, for reading the state would copy the expert.
        if netIsFirst { swap(&recurrent!.state, &workspace.state) }
        defer { if netIsFirst { swap(&recurrent!.state, &workspace.state) } }
        return full?.step(
            features, &workspace.inputs, recalled, workspace.neighbours, state: workspace.state,
            newestError: newestError)
    }

    /// base: nil without a linear expert.
    private mutating func stepRecurrent(
        _ history: borrowing History, scaler: Scaler, base: Double?, _ isTrial: Bool,
        _ workspace: inout Workspace
    ) -> Double? {
        guard workspace.training != nil else { return nil }
        let trust = workspace.training!.net?.kin.trust(afterSteps: steps) ?? 1
        guard let base else {
            return recurrent?.step(
                history, scaler: scaler, workspace.neighbours, trust: trust, isTrial: isTrial,
                workspace: &workspace.training!)
        }
        return recurrent?.step(
            workspace.inputs, workspace.neighbours, base: base, trust: trust, isTrial: isTrial,
            workspace: &workspace.training!)
    }

    /// Whether any expert is a linear one; the features need the season.
    private var usesFeatures: Bool {
        for kind in kinds {
            switch kind {
            case .ar2, .ar8, .full, .arx: return true
            case .persistence, .recurrent: continue
            }
        }
        return false
    }

    /// The history before the `except` newest values has moved.
    package mutating func shift(by offset: Double, except: Int) {
        full?.shift(by: offset, except: except)
    }

    /// Forgets the size of the errors, after the scales of the series were repaired.
    package mutating func forgetErrors() {
        ar2?.forgetErrors()
        ar8?.forgetErrors()
        full?.forgetErrors()
        arx?.linear.forgetErrors()
    }
}
