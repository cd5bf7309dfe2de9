package import Networks

/// The recurrent net of one channel: forecasts the next scaled difference from the level and the
/// last differences, and learns it online by truncated backpropagation through time with replay
/// (RECIPE.md, C5).
///
///     ŷ_t = base + readout(h_{t+1})
///
/// The base is `full`, else `ar8`, and the inputs are `NetInputs`. Without either the base is
/// persistence, 0, and the input u_t = [z_t, d_t/q, d_{t−1}/q, … ], each cut at ±4. A net that
/// looks at the neighbours of its channel comes before `full`, which gets its hidden state: its
/// base is `ar8`, and the inputs end with what the neighbours show. A readout at
/// random starts at zero, so the first forecasts are those of the base. The weights are the
/// stream's own, or those that it shares with its kin (`SharedNet`). `train` is in
/// RecurrentExpert+Training.swift.
package struct RecurrentExpert: Sendable {
    /// The last differences among the inputs on persistence.
    package static let differenceCount = 8
    /// Inputs and forecasts are at most this far from zero.
    package static let (largestInput, largestForecast) = (4.0, 6.0)

    /// Nil when the net is shared with other streams: it is in the workspace then.
    package internal(set) var own: LearningNet?
    let architecture: Architecture
    /// The last of the inputs, which show the neighbours.
    private let neighbourInputs: Int
    /// Whether the net looks at neighbours.
    var looksAround: Bool { neighbourInputs > 0 }
    var health = LearningHealth()
    var replay: ReplayWindow
    /// Steps from one update to the next.
    let stride: Int
    /// h (and c) after the newest step: [S].
    var state: [Float]
    /// [I] and [1]: the newest step's.
    var input: [Float]
    var output: [Float] = [0]
    /// Steps since the last update.
    var stepsSinceUpdate = 0
    /// The shared net that the hidden state belongs to (`Forecaster.netName`); 0 for none yet.
    var netName: UInt64 = 0
    /// The batch of the shared net that the last window went to (`SharedNet.batches`).
    var joinedBatch = 0

    /// The newest step's forecast that the net adds to.
    var base = 0.0
    /// What the net adds to it, before it is asked how far it is to be believed.
    var addition: Double { Double(output[0]) }
    /// ŷ of the newest step, a scaled difference. Always finite.
    package internal(set) var forecast = 0.0
    /// Known targets since the last recovery, nil when there has been none.
    package var targetsSinceRecovery: Int?
    /// Times that the learning diverged.
    package var recoveries = 0

    /// The shape of the net that a configuration asks for; nil when it asks for none.
    /// - Parameter neighbours: of the channel; a net of its own looks at them.
    package static func architecture(
        _ configuration: ModelConfiguration, neighbours: Int = 0
    ) -> Architecture? {
        guard configuration.activeExperts.contains(.recurrent) else { return nil }
        let activation: Activation =
            switch configuration.activation {
            case .tanh: .tanh
            case .relu: .relu
            case .sigmoid: .sigmoid
            case .identity: .identity
            }
        let cell: Cell
        switch configuration.cell {
        case .none: return nil
        case .elman: cell = .elman(activation, bias: true)
        case .gru: cell = .gru
        case .lstm: cell = .lstm
        case .lstmPeephole: cell = .lstmPeephole
        }
        return Architecture(
            cell: cell,
            inputCount: inputCount(configuration, neighbours: looks(configuration, neighbours)),
            hiddenCount: configuration.hidden)
    }

    /// The neighbours that a net looks at: one that streams share looks at none.
    private static func looks(_ configuration: ModelConfiguration, _ neighbours: Int) -> Int {
        configuration.weights == .stream ? neighbours : 0
    }

    private static func inputCount(_ configuration: ModelConfiguration, neighbours: Int) -> Int {
        guard neighbours == 0 else {
            let own = inputCount(configuration, neighbours: 0)
            return min(own, NetInputs.countBeforeFull) + neighbours * Neighbours.shown
        }
        if configuration.experts.contains(.full) { return NetInputs.count }
        if configuration.experts.contains(.ar8) { return NetInputs.basicCount }
        return 1 + differenceCount
    }

    /// Nil when the configuration asks for no net.
    /// - Parameters:
    ///   - neighbours: of the channel.
    ///   - generator: draws the weights; nil: they are about to be read (`code(with:)`).
    package init?(
        _ configuration: ModelConfiguration, neighbours: Int = 0, generator: SeededGenerator?
    ) {
        guard let architecture = Self.architecture(configuration, neighbours: neighbours)
        else { return nil }
        self.architecture = architecture
        neighbourInputs = Self.looks(configuration, neighbours) * Neighbours.shown
        if configuration.weights == .stream {
            own = LearningNet(configuration, neighbours: neighbours, generator: generator)
        }
        stride = configuration.stride
        replay = ReplayWindow(architecture, length: configuration.window)
        state = [Float](repeating: 0, count: architecture.stateCount)
        input = [Float](repeating: 0, count: architecture.inputCount)
    }

    /// From now on the shared net is the one of that name: the hidden state of another one is of no
    /// use.
    mutating func join(net name: UInt64) {
        guard own == nil, netName != name else { return }
        netName = name
        joinedBatch = 0
        restart()
    }

    /// What its kin learn from the newest target: `Kin`.
    mutating func teach(_ kin: inout Kin, target: Double, afterSteps steps: Int) {
        kin.learn(added: addition, missing: target - base, afterSteps: steps)
    }

    /// What came where the newest step forecast `forecast`: the scaled difference y.
    package mutating func learn(target: Double) {
        replay.setTarget(Float(target - base))
        health.observe(forecast: forecast, target: target)
        if let count = targetsSinceRecovery { targetsSinceRecovery = count + 1 }
    }

    /// One step on persistence as the base, on the newest value of `history`. Returns `forecast`.
    ///
    /// trust: the part of what the net adds to the base that is taken, 0…1 (`Kin`). isTrial: the
    /// window does not see the step.
    @discardableResult
    package mutating func step(
        _ history: borrowing History, scaler: Scaler, _ neighbours: borrowing Neighbours,
        trust: Double = 1, isTrial: Bool = false, workspace: inout TrainingWorkspace
    ) -> Double {
        let level = (history[back: 0] - scaler.mean) / scaler.deviation
        input[0] = Float(level.clamped(to: Self.largestInput))
        for back in 0..<Self.differenceCount {
            let difference = history.difference(back: back) / scaler.step
            input[1 + back] = Float(difference.clamped(to: Self.largestInput))
        }
        base = 0
        return takeStep(neighbours, trust: trust, isTrial, &workspace)
    }

    /// The same on the forecast of a linear expert as the base.
    @discardableResult
    package mutating func step(
        _ inputs: borrowing NetInputs, _ neighbours: borrowing Neighbours, base: Double,
        trust: Double = 1, isTrial: Bool = false, workspace: inout TrainingWorkspace
    ) -> Double {
        for index in 0..<input.count - neighbourInputs {
            input[index] = Float(inputs.values[index])
        }
        self.base = base
        return takeStep(neighbours, trust: trust, isTrial, &workspace)
    }

    private mutating func takeStep(
        _ neighbours: borrowing Neighbours, trust: Double, _ isTrial: Bool,
        _ workspace: inout TrainingWorkspace
    ) -> Double {
        if looksAround { neighbours.fill(&input, from: input.count - neighbourInputs) }
        if !isTrial {
            replay.append(input: input, state: state)
            stepsSinceUpdate += 1
        }
        advance(trust: trust, &workspace)
        return forecast
    }

    /// The window starts anew after a gap longer than itself; the state stays.
    package mutating func restartWindow() { replay.restart() }

    /// h′ and ŷ from the newest step's input and `state`.
    mutating func advance(trust: Double = 1, _ workspace: inout TrainingWorkspace) {
        if own != nil {
            Self.advance(
                own!.network, input, state: &state, output: &output, scratch: &workspace.scratch)
        } else {
            Self.advance(
                workspace.net!.net.network, input, state: &state, output: &output,
                scratch: &workspace.scratch)
        }
        forecast = (base + trust * addition).clamped(to: Self.largestForecast)
    }

    /// Arguments of their own, for two spans of one value may not be open for writing at once.
    private static func advance(
        _ network: borrowing Network<Float>, _ input: borrowing [Float],
        state: inout [Float], output: inout [Float], scratch: inout StepScratch<Float>
    ) {
        var stateSpan = state.mutableSpan
        var outputSpan = output.mutableSpan
        network.step(input: input.span, state: &stateSpan, output: &outputSpan, scratch: &scratch)
    }
}
