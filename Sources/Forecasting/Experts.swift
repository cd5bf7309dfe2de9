/// The experts of one channel, in the order of `Expert`, and what they share.
package struct Experts: Sendable {
    /// Which ones there are; persistence is the first.
    package let kinds: [Expert]
    /// ŷ_k: what each made of the newest step, scaled differences. Persistence's is 0.
    package private(set) var forecasts: [Double]

    private var features = Features()
    private var residual = ResidualInputs()
    private var ar2: LinearExpert?
    private var ar8: LinearExpert?
    package internal(set) var recurrent: RecurrentExpert?
    private var full: FullExpert?
    /// Steps so far.
    private var steps = 0

    /// Steps before the linear experts learn: the scales of the first ones mean little.
    private static let stepsBeforeLearning = 4

    package init(_ configuration: ModelConfiguration, generator: SeededGenerator) {
        kinds = configuration.activeExperts
        forecasts = [Double](repeating: 0, count: kinds.count)
        if kinds.contains(.ar2) { ar2 = .ar2 }
        if kinds.contains(.ar8) { ar8 = .ar8 }
        if kinds.contains(.recurrent) {
            recurrent = RecurrentExpert(configuration, generator: generator)
        }
        if kinds.contains(.full) {
            full = FullExpert(
                hiddenCount: recurrent == nil ? 0 : configuration.hidden,
                isPlain: configuration.fullIsPlain)
        }
    }

    /// What came where the newest step forecast `forecasts`: the scaled difference y.
    package mutating func learn(target: Double) {
        recurrent?.learn(target: target)
        guard steps >= Self.stepsBeforeLearning else { return }
        ar2?.learn(target: target)
        ar8?.learn(target: target)
        full?.learn(target: target)
    }

    /// One step on the newest value of `history`; fills `forecasts`.
    package mutating func step(
        _ history: borrowing History, scaler: Scaler, season: Season, workspace: inout Workspace
    ) {
        steps += 1
        if usesFeatures {
            features.update(history, scaler: scaler, season: season)
            ar2?.step(features.values)
            ar8?.step(features.values)
            residual.update(features, base: ar8?.forecast ?? 0)
        }
        stepRecurrent(history, scaler: scaler, workspace: &workspace)
        full?.step(
            features, residual, hidden: recurrent?.state, history: history, scaler: scaler)
        for (index, kind) in kinds.enumerated() {
            // A series that has never moved is forecast to stay.
            forecasts[index] = scaler.hasMoved ? forecast(of: kind) : 0
        }
    }

    private mutating func stepRecurrent(
        _ history: borrowing History, scaler: Scaler, workspace: inout Workspace
    ) {
        guard recurrent != nil, workspace.training != nil else { return }
        if let base = ar8?.forecast {
            recurrent!.step(residual, base: base, scratch: &workspace.training!.scratch)
        } else {
            recurrent!.step(history, scaler: scaler, scratch: &workspace.training!.scratch)
        }
    }

    private func forecast(of kind: Expert) -> Double {
        switch kind {
        case .persistence: 0
        case .ar2: ar2?.forecast ?? 0
        case .ar8: ar8?.forecast ?? 0
        case .recurrent: recurrent?.forecast ?? 0
        case .full: full?.linear.forecast ?? 0
        }
    }

    /// Whether any expert is a linear one; the features need the season.
    package var usesFeatures: Bool { ar2 != nil || ar8 != nil || full != nil }

    /// The history before the `except` newest values has moved.
    package mutating func shift(by offset: Double, except: Int) {
        full?.shift(by: offset, except: except)
    }

    /// Forgets the size of the errors, after the scales of the series were repaired.
    package mutating func forgetErrors() {
        ar2?.forgetErrors()
        ar8?.forgetErrors()
        full?.forgetErrors()
    }
}
