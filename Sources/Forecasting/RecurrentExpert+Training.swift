package import Networks

/// What an update needs while it runs, and what nobody needs after: one serves all streams of a
/// model rule, one after the other.
package struct TrainingWorkspace: Sendable {
    var backpropagation: TruncatedBackpropagation<Float>
    var batch: WindowBatch<Float>
    var mask: DropoutMask<Float>
    package var scratch: StepScratch<Float>
    let loss: Loss

    package init(_ architecture: Architecture, window: Int) {
        backpropagation = TruncatedBackpropagation(architecture, window: window)
        batch = WindowBatch(architecture, window: window)
        mask = DropoutMask(architecture, window: window)
        scratch = StepScratch(architecture)
        // The gradient at each output: clip(ŷ − y, ±3) / W.
        loss = Loss(.constant(2 * Double(window)), errorClip: 3)
    }
}

extension RecurrentExpert {
    /// How an update went.
    package enum Update: Sendable {
        case done
        /// Too few of the window's targets are known.
        case skipped
        /// The learning had diverged: the net is back at its last good weights.
        case recovered
    }

    /// Whether `stride` steps have come since the last update and the window is full.
    package var updateIsDue: Bool {
        stepsSinceUpdate >= settings.stride && replay.isFull || health.hasDiverged
            || !output[0].isFinite
    }

    /// Updates between two copies of good weights.
    private static let updatesToKeep = 64
    /// Known targets without which an update is not worth it.
    private static let fewestTargets = 4

    /// One update over the W steps before the newest one, whose step is then redone with the new
    /// weights, so that the carried state belongs to them. The forecast stays the published one.
    package mutating func train(_ workspace: inout TrainingWorkspace) -> Update {
        if health.hasDiverged || !isFinite { return recover() }
        stepsSinceUpdate = 0
        guard replay.knownTargets >= min(Self.fewestTargets, replay.length) else {
            return .skipped
        }
        guard update(&workspace) else { return recover() }
        let published = forecast
        redoNewestStep(&workspace)
        forecast = published
        if !isFinite { return recover() }
        keepGoodParameters()
        return .done
    }

    /// False when the gradient is not finite: nothing is changed then.
    private mutating func update(_ workspace: inout TrainingWorkspace) -> Bool {
        replay.fill(&workspace.batch)
        var mask: DropoutMask<Float>?
        if settings.dropout > 0 {
            workspace.mask.draw(rate: settings.dropout, using: &generator)
            mask = workspace.mask
        }
        _ = workspace.backpropagation.run(
            network, on: workspace.batch, loss: workspace.loss, dropout: mask)
        let norm = clip(&workspace.backpropagation.gradients, toNorm: settings.clipNorm)
        guard norm.isFinite else { return false }
        optimizer.step(
            &network.parameters, gradients: workspace.backpropagation.gradients,
            learningRate: schedule.next())
        replay.refresh(workspace.backpropagation.states)
        return true
    }

    private mutating func redoNewestStep(_ workspace: inout TrainingWorkspace) {
        replay.copyNewest(input: &input, state: &state)
        advance(&workspace.scratch)
    }

    private mutating func recover() -> Update {
        network.parameters = goodParameters
        optimizer.reset()
        schedule.halve()
        health.restart()
        replay.restart()
        for index in state.indices { state[index] = 0 }
        output[0] = 0
        stepsSinceUpdate = 0
        updatesSinceKept = 0
        recoveries += 1
        targetsSinceRecovery = 0
        return .recovered
    }

    private mutating func keepGoodParameters() {
        updatesSinceKept += 1
        guard updatesSinceKept >= Self.updatesToKeep, health.isGood else { return }
        for parameter in network.parameters where !parameter.isFinite { return }
        for index in goodParameters.indices { goodParameters[index] = network.parameters[index] }
        updatesSinceKept = 0
    }

    /// Whether the newest step's state and output are finite.
    private var isFinite: Bool {
        guard output[0].isFinite else { return false }
        for number in state where !number.isFinite { return false }
        return true
    }
}
