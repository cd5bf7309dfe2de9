import Series

/// How a stream is forecast: the numbers of `[model]` and `[[streams]]` in the settings.
package struct ModelConfiguration: Hashable, Sendable {
    /// The recurrent net's cell; `none` leaves the net out.
    package enum Cell: UInt8, CaseIterable, Sendable {
        case none, elman, gru, lstm, lstmPeephole
    }

    /// What an Elman cell applies to its sums. The other cells have theirs fixed.
    package enum Activation: UInt8, CaseIterable, Sendable {
        case tanh, relu, sigmoid, identity
    }

    package enum Optimizer: UInt8, CaseIterable, Sendable {
        case sgd, momentum, rmsprop, adam
    }

    /// Where a net's weights begin: those learned from synthetic series, or random ones.
    package enum InitialWeights: UInt8, CaseIterable, Sendable {
        case factory, random
    }

    /// Whose weights a net has: the stream's own, or those of all of one partition and rule.
    package enum Weights: UInt8, CaseIterable, Sendable {
        case stream, shared
    }

    /// What the mixture of the experts makes small.
    package enum Loss: UInt8, CaseIterable, Sendable {
        case squared, absolute
    }

    package var cell = Cell.gru
    package var activation = Activation.tanh
    /// Hidden units. Range `Limits.hidden`.
    package var hidden = 24
    /// Samples that one update goes back through. Range `Limits.window`.
    package var window = 16
    /// Samples from one update to the next. Range 1…1024.
    package var stride = 2
    package var optimizer = Optimizer.adam
    /// The learning rate of the first update; it falls to a third. Above 0.
    package var learningRate = 0.003
    /// The factory's are for the default net on `ar8`; any other begins at random.
    package var initialWeights = InitialWeights.factory
    package var weights = Weights.stream
    /// The gradient's largest Euclidean norm. Above 0; infinity does not clip.
    package var clipNorm = 1.0
    /// Share of a weight taken off per unit of learning rate. 0 or more.
    package var weightDecay = 0.0
    /// Chance that a hidden unit is hidden from the readout during an update. 0..<1.
    package var dropout = 0.0
    /// The experts that are mixed; persistence is one of them in any case.
    package var experts = Set(Expert.allCases)
    package var loss = Loss.squared
    /// The season in samples; nil to find it. Range `periods`.
    package var period: Int?
    /// Whether `full` is to have the 75 features only. For comparisons.
    package var fullIsPlain = false
    /// Values outside of it are missing; nil takes all. The bounds are finite.
    package var dataRange: ClosedRange<Double>?
    /// Values ahead that are forecast with each sample. Range `Limits.horizon`.
    package var horizon = 1
    /// Names of the exogenous inputs, UTF-8, each once, `Limits.namedInputs` at most; empty for
    /// those of a stream's first sample.
    package var inputs: [[UInt8]] = []
    /// Share of samples that the interval is to hold. 0..<1, not 0.
    package var level = 0.9

    /// A difference two steps ahead must lie in the season before.
    package static let periods = 2...4000

    package init() {}

    /// Nil when every number is in its range, else the one that is not.
    package var fault: String? {
        if !Limits.hidden.contains(hidden) { return "hidden" }
        if !Limits.window.contains(window) { return "window" }
        if !(1...1024).contains(stride) { return "stride" }
        if !(learningRate > 0 && learningRate.isFinite) { return "learningRate" }
        if !(clipNorm > 0) { return "clipNorm" }
        if !(weightDecay >= 0 && weightDecay.isFinite) { return "weightDecay" }
        if !(dropout >= 0 && dropout < 1) { return "dropout" }
        if !Limits.horizon.contains(horizon) { return "horizon" }
        if !(level > 0 && level < 1) { return "level" }
        if let period, !Self.periods.contains(period) { return "period" }
        let hasNames = inputs.allSatisfy { StreamName.fault(in: $0.span) == nil }
        if !hasNames || Set(inputs).count < inputs.count || inputs.count > Limits.namedInputs {
            return "inputs"
        }
        return nil
    }

    /// The experts there are, in the order of `Expert`: persistence always, no net without a cell.
    package var activeExperts: [Expert] { activeExperts(inputs: 0) }

    /// The same of a stream with so many exogenous inputs.
    package func activeExperts(inputs: Int) -> [Expert] {
        Expert.allCases.filter { expert in
            switch expert {
            case .persistence: true
            case .recurrent: experts.contains(expert) && cell != .none
            case .ar2, .ar8, .full: experts.contains(expert)
            case .arx: experts.contains(expert) && inputs > 0
            }
        }
    }

    /// Whether any of the experts looks back by seasons.
    package var usesSeason: Bool { !experts.isDisjoint(with: [.ar2, .ar8, .full]) }

    /// Values that are kept, a power of two: seasons of a third of that are found without `full`,
    /// which has use for more, and one that is set is always looked back by.
    package var historyLength: Int {
        if experts.contains(.full) { return History.largestCapacity }
        guard usesSeason else { return 256 }
        var length = 512
        while let period, length < 2 * period + 8, length < History.largestCapacity { length *= 2 }
        return length
    }

    /// Steps of a gap in time that are gone through one by one, so that a season stays in step.
    /// After a longer gap the net's window starts anew.
    package var longestBridge: Int { usesSeason ? max(window, 1024) : window }

    /// Accepted samples until a channel's status is no longer `warming`: enough for the scales, and
    /// for 16 updates of the net once its window is full.
    package var warmUp: Int {
        activeExperts.contains(.recurrent) ? max(64, window + 16 * stride) : 64
    }
}
