import Series

/// The settings of one stream's model: section [model], or a rule of [[streams]].
package struct Model: Sendable, Equatable {
    package var cell = Cell.gru
    package var activation = Activation.tanh
    /// Units of the hidden state.
    package var hidden = 24
    /// Samples that one update looks back over (k2 of truncated backpropagation).
    package var window = 16
    /// Samples from one update to the next (k1).
    package var stride = 2
    /// Values ahead that are forecast with each sample.
    package var horizon = 1
    package var optimizer = Optimizer.adam
    package var learningRate = 0.003
    /// Largest global norm of the gradient; 0 does not clip.
    package var clipNorm = 1.0
    package var weightDecay = 0.0
    /// Share of the readout's inputs left out of an update.
    package var dropout = 0.0
    /// Where the net's weights begin.
    package var initialWeights = InitialWeights.factory
    /// What new streams begin with: a path; empty: nothing.
    package var warmStart = ""
    /// Whose weights a net has.
    package var weights = Weights.stream
    /// What is mixed into the forecast.
    package var experts = Expert.allCases
    /// What the mixture makes small.
    package var loss = Loss.squared
    /// The length of a season.
    package var period = Period.auto
    /// Share of the samples that the interval shall contain.
    package var level = 0.9
    /// Names of the exogenous inputs; empty for those of a stream's first sample.
    package var inputs: [String] = []

    package init() {}

    /// The recurrent cell; with `none` a stream is forecast without a net.
    package enum Cell: String, CaseIterable, Sendable {
        case none, elman, gru, lstm
        case lstmPeephole = "lstm_peephole"
    }

    /// The nonlinearity of the `elman` cell.
    package enum Activation: String, CaseIterable, Sendable {
        case tanh, relu, sigmoid, identity
    }

    /// One way to forecast a series.
    package enum Expert: String, CaseIterable, Sendable {
        case persistence, ar2, ar8, recurrent, full, arx
    }

    /// Weights learned beforehand from synthetic series, for the default net, or random ones.
    package enum InitialWeights: String, CaseIterable, Sendable {
        case factory, random
    }

    /// A net of the stream's own, or one for all streams of a partition and rule.
    package enum Weights: String, CaseIterable, Sendable {
        case stream, shared
    }

    /// Which errors count how much.
    package enum Loss: String, CaseIterable, Sendable {
        case squared, absolute
    }

    /// A season of so many samples, or of as many as the series itself tells.
    package enum Period: Sendable, Equatable {
        case auto
        case samples(Int)
    }

    /// The rule that turns gradients into new weights.
    package enum Optimizer: String, CaseIterable, Sendable {
        case sgd, momentum, rmsprop, adam
    }
}

/// A rule of [[streams]]: the model of every stream whose name matches.
package struct StreamRule: Sendable, Equatable {
    /// A stream's name; `*` in it stands for any run of characters, also an empty one.
    package var match: String
    /// Values outside of it are taken as missing; nil takes all.
    package var dataRange: ClosedRange<Double>?
    /// The settings of [model] with those of the rule in their place.
    package var model: Model

    package init(match: String, model: Model) {
        self.match = match
        self.model = model
    }
}

extension Model {
    /// The rows of [model]; each is also a key of [[streams]].
    static let table: [Setting<Model>] = [
        Setting(
            "cell", \.cell, .choice(),
            "The recurrent cell of the net; none forecasts without a net."),
        Setting(
            "activation", \.activation, .choice(),
            "The nonlinearity of the elman cell; others have their own."),
        Setting(
            "hidden", \.hidden, .integer(Limits.hidden), unit: "units",
            "Size of the hidden state."),
        Setting(
            "window", \.window, .integer(Limits.window), unit: "samples",
            "How far one update looks back: the window of truncated backpropagation through time."),
        Setting(
            "stride", \.stride, .integer(Limits.window), unit: "samples",
            "From one update to the next; at most window. Larger is cheaper and learns more slowly."
        ),
        Setting(
            "optimizer", \.optimizer, .choice(), "The rule that turns gradients into new weights."),
        Setting(
            "learning_rate", \.learningRate, .number(0.000_000_1...1),
            "Size of the first update's step; it falls to a third. Factory weights get a tenth."),
        Setting(
            "clip_norm", \.clipNorm, .number(0...1_000_000),
            "Largest global norm of a gradient; a larger one is scaled down to it. 0: no limit."
        ),
        Setting(
            "weight_decay", \.weightDecay, .number(0...1),
            "How strongly the weights are pulled towards zero."),
        Setting(
            "dropout", \.dropout, .number(0...0.9),
            "Share of the readout's inputs left out of an update; forecasts use all of them."),
        Setting(
            "initial_weights", \.initialWeights, .choice(),
            "Where the net begins: factory, learned beforehand from synthetic series, is for the"
                + " default net and experts, any other begins at random."),
        Setting(
            "warm_start", \.warmStart, .text(0...4096),
            "What new streams begin with: a file that `foretide fit` or `streams export` has"
                + " written, for all of them; or a folder of such files, each for the stream of its"
                + " name (docs/fit.md)."),
        Setting(
            "weights", \.weights, .choice(),
            "Whose weights a net has: stream, its own; shared, those that all streams of one of 64"
                + " partitions and the same rule train together, so that new ones know at once what"
                + " their kin have learned."),
        Setting(
            "experts", \.experts, .list(of: .choice(), atLeast: 1),
            "What is mixed into the forecast. persistence is always among them; recurrent is the"
                + " net; ar2, ar8 and full are least squares on ever more features, arx on"
                + " exogenous inputs as well."),
        Setting(
            "loss", \.loss, .choice(), "Which errors the mixture of the experts makes small."),
        Setting(
            "period", \.period, .period(2...4000), unit: "samples",
            "Length of a season, for ar8, full and the net on ar8; auto finds it in the series."),
        Setting(
            "horizon", \.horizon, .integer(Limits.horizon), unit: "samples",
            "How many values ahead are forecast with each sample."),
        Setting(
            "level", \.level, .number(0.5...0.999),
            "Share of the samples that shall fall inside the forecast interval."),
        Setting(
            "inputs", \.inputs, .list(of: .inputName),
            "Names of the exogenous inputs that a stream uses, at most \(Limits.namedInputs);"
                + " others are ignored and counted. []: those of the stream's first sample."),
    ]
}

extension Codec<Model.Period> {
    /// "auto" or a number of samples.
    static func period(_ range: ClosedRange<Int>) -> Self {
        let kind = "auto or integer \(range.lowerBound)…\(range.upperBound)"
        return Codec(
            kind, expected: "\"auto\" or an integer \(range.lowerBound)…\(range.upperBound)",
            decode: { value in
                if case .integer(let samples) = value, range.contains(samples) {
                    return .samples(samples)
                }
                return value.string == "auto" ? .auto : nil
            },
            encode: { period in
                switch period {
                case .auto: SettingValue.quoted("auto")
                case .samples(let samples): "\(samples)"
                }
            })
    }
}

extension Codec<String> {
    /// The name of an exogenous input.
    static var inputName: Self {
        Codec(
            "name of 1…\(Limits.nameBytes) bytes",
            expected: "a name of 1…\(Limits.nameBytes) bytes without control characters",
            decode: { value in
                guard let text = value.string else { return nil }
                let bytes = Array(text.utf8)
                return StreamName.fault(in: bytes.span) == nil ? text : nil
            },
            encode: SettingValue.quoted)
    }
}

extension StreamRule {
    /// The keys of [[streams]].
    static let table: [Setting<StreamRule>] =
        [
            Setting(
                "match", \.match, .pattern,
                "The streams that the rule is for; * stands for any characters."),
            Setting(
                "data_range", \.dataRange, .bounds,
                "[lowest, highest] value that can be real; one outside is missing. [] takes all."),
        ] + Model.table.map { $0.nested(at: \.model) }
}
