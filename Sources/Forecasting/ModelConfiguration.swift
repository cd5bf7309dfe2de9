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

    package var cell = Cell.gru
    package var activation = Activation.tanh
    /// Hidden units. Range `Limits.hidden`.
    package var hidden = 24
    /// Samples that one update goes back through. Range `Limits.window`.
    package var window = 16
    /// Samples from one update to the next. Range 1…1024.
    package var stride = 2
    package var optimizer = Optimizer.adam
    /// The learning rate of the first update; it falls to a fifth. Above 0.
    package var learningRate = 0.005
    /// The gradient's largest Euclidean norm. Above 0; infinity does not clip.
    package var clipNorm = 1.0
    /// Share of a weight taken off per unit of learning rate. 0 or more.
    package var weightDecay = 0.0
    /// Chance that a hidden unit is hidden from the readout during an update. 0..<1.
    package var dropout = 0.0
    /// Share of samples that the interval is to hold. 0..<1, not 0.
    package var level = 0.9

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
        if !(level > 0 && level < 1) { return "level" }
        return nil
    }

    /// Accepted samples until a channel's status is no longer `warming`: enough for the scales, and
    /// for 16 updates of the net once its window is full.
    package var warmUp: Int { cell == .none ? 64 : max(64, window + 16 * stride) }
}
