import Networks

/// The net that the streams of one partition and one model rule train together.
///
/// Each stream hands in its window when it is due, after its forecast has been published. An update
/// is made of the windows that wait, `largestBatch` at most, in the order in which they came: as
/// soon as there are so many, or a stream comes again whose last window still waits. So many
/// streams that are fed in turn make large batches, few make smaller ones, and one alone learns
/// from each of its windows, as with a net of its own.
///
/// A window is handed in as a copy. An update changes the net and no stream: what the streams carry
/// on (hidden states, and those at the beginning of later windows) was computed by the weights of
/// its time. No stream's forecast needs another stream to be in memory.
///
/// Every forecast is made by the weights after all updates that came before it.
package struct SharedNet: Sendable {
    /// B: windows of one update at most.
    package static let largestBatch = 8

    package internal(set) var net: LearningNet
    /// Of the batches, so that one odd stream among many does not set back the net of all.
    var health = LearningHealth()
    /// Times that the learning diverged.
    package internal(set) var recoveries = 0
    /// Windows that wait.
    var waiting = 0
    /// Batches so far, the one that is being gathered among them.
    var batches = 1
    /// Of the windows that wait, each as a batch of one.
    /// [B, W, I], [B, W], [B, W], [B, S].
    var inputs: [Float]
    var targets: [Float]
    var weights: [Float]
    var states: [Float]
    /// What the streams know beside the net.
    var kin = Kin()
    /// Whether it differs from its last snapshot.
    var isChanged = true

    /// Nil when the configuration asks for no net.
    package init?(_ configuration: ModelConfiguration, generator: SeededGenerator?) {
        guard let net = LearningNet(configuration, generator: generator) else { return nil }
        self.net = net
        let architecture = net.network.architecture
        let rows = Self.largestBatch * configuration.window
        inputs = [Float](repeating: 0, count: rows * architecture.inputCount)
        targets = [Float](repeating: 0, count: rows)
        weights = [Float](repeating: 0, count: rows)
        states = [Float](repeating: 0, count: Self.largestBatch * architecture.stateCount)
    }

    /// The weights, in the arena's order.
    package var parameters: [Float] { net.parameters }

    /// Begins at these weights.
    package mutating func start(from weights: [Float]) { net.start(from: weights) }

    /// Takes a copy of a stream's window, and makes the update that this makes due.
    ///
    /// joined: the batch that the stream's last window went to, and then that of this one.
    package mutating func add(
        _ window: borrowing ReplayWindow, joined: inout Int, passes: inout [TrainingPass]
    ) -> RecurrentExpert.Update {
        isChanged = true
        var outcome = RecurrentExpert.Update.waiting
        if joined == batches, waiting > 0 { outcome = update(&passes) }
        window.copy(
            to: waiting, inputs: &inputs, targets: &targets, weights: &weights, states: &states)
        joined = batches
        waiting += 1
        if waiting == Self.largestBatch { outcome = update(&passes) }
        return outcome
    }

    /// One update by the windows that wait.
    private mutating func update(_ passes: inout [TrainingPass]) -> RecurrentExpert.Update {
        let pass = waiting - 1
        fill(&passes[pass].batch)
        waiting = 0
        batches += 1
        guard net.update(&passes[pass]) else { return recover() }
        observe(passes[pass])
        if health.hasDiverged { return recover() }
        net.keepParameters(isGood: health.isGood)
        return .done
    }

    /// Time-major, as the pass wants them.
    private func fill(_ batch: inout WindowBatch<Float>) {
        let (length, count) = (batch.windowCount, batch.batchCount)
        let inputCount = net.network.architecture.inputCount
        for lane in 0..<count {
            for step in 0..<length {
                let (source, row) = (lane * length + step, step * count + lane)
                for index in 0..<inputCount {
                    batch.inputs[row * inputCount + index] = inputs[source * inputCount + index]
                }
                batch.targets[row] = targets[source]
                batch.weights[row] = weights[source]
            }
        }
        for index in batch.initialState.indices { batch.initialState[index] = states[index] }
    }

    /// How the net did on a batch, before the update by it.
    private mutating func observe(_ pass: borrowing TrainingPass) {
        var (square, reference, known) = (0.0, 0.0, 0.0)
        for index in pass.batch.targets.indices where pass.batch.weights[index] > 0 {
            let target = Double(pass.batch.targets[index])
            let error = Double(pass.backpropagation.outputs[index]) - target
            square += error * error
            reference += target * target
            known += 1
        }
        if known > 0 { health.observe(square: square / known, persistence: reference / known) }
    }

    private mutating func recover() -> RecurrentExpert.Update {
        net.recover()
        health.restart()
        recoveries += 1
        return .recovered
    }
}
