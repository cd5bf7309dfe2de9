import Kernels
package import Networks

/// The last steps of a net: what an update goes back through, and where it starts from.
///
/// A row is one step: its input [I], the state before it [S], and once the next sample has come its
/// target with weight 1 (0: unknown). The rows are a ring of W + 1; nothing is allocated after
/// `init`.
package struct ReplayWindow: Sendable {
    /// W: steps of one update.
    package let length: Int
    let inputCount: Int
    let stateCount: Int
    /// [W+1, I], [W+1], [W+1], [W+1, S].
    var inputs: [Float]
    var targets: [Float]
    var weights: [Float]
    var states: [Float]
    /// Rows in use.
    var count = 0
    /// Where the newest row is, once there is one.
    private var newest = -1

    package init(_ architecture: Architecture, length: Int) {
        self.length = length
        inputCount = architecture.inputCount
        stateCount = architecture.stateCount
        let rows = length + 1
        inputs = [Float](repeating: 0, count: rows * inputCount)
        targets = [Float](repeating: 0, count: rows)
        weights = [Float](repeating: 0, count: rows)
        states = [Float](repeating: 0, count: rows * stateCount)
    }

    /// Whether W steps with their targets lie before the newest one.
    package var isFull: Bool { count > length }

    /// Known targets in the window.
    package var knownTargets: Int {
        var sum = 0
        for step in 0..<length where weights[row(step)] > 0 { sum += 1 }
        return sum
    }

    /// Forgets every step.
    package mutating func restart() { (count, newest) = (0, -1) }

    /// Adds a step with an unknown target, from the state before it.
    package mutating func append(input: [Float], state: [Float]) {
        precondition(input.count == inputCount && state.count == stateCount)
        newest = newest == length ? 0 : newest + 1
        count = min(count + 1, length + 1)
        for index in 0..<inputCount { inputs[newest * inputCount + index] = input[index] }
        for index in 0..<stateCount { states[newest * stateCount + index] = state[index] }
        weights[newest] = 0
        targets[newest] = 0
    }

    /// What the newest step was to forecast.
    package mutating func setTarget(_ target: Float) {
        guard count > 0 else { return }
        targets[newest] = target
        weights[newest] = 1
    }

    /// Hands the W steps before the newest one to an update of one stream.
    package func fill(_ batch: inout WindowBatch<Float>) {
        precondition(batch.windowCount == length && batch.batchCount == 1)
        copy(
            to: 0, inputs: &batch.inputs, targets: &batch.targets, weights: &batch.weights,
            states: &batch.initialState)
    }

    /// Copies the W steps before the newest one to the place of a window among others.
    ///
    /// inputs: [B, W, I], targets and weights: [B, W], states: [B, S].
    func copy(
        to lane: Int, inputs: inout [Float], targets: inout [Float], weights: inout [Float],
        states: inout [Float]
    ) {
        precondition(isFull)
        for step in 0..<length {
            if step % 4 == 0 { prefetchSome() }
            let (source, target) = (row(step), lane * length + step)
            for index in 0..<inputCount {
                inputs[target * inputCount + index] = self.inputs[source * inputCount + index]
            }
            targets[target] = self.targets[source]
            weights[target] = self.weights[source]
        }
        for index in 0..<stateCount {
            states[lane * stateCount + index] = self.states[row(0) * stateCount + index]
        }
    }

    /// Overwrites the states along the window, and the one after it, with recomputed ones.
    ///
    /// recomputed: [W+1, S], the first the state that `fill` handed out.
    package mutating func refresh(_ recomputed: [Float]) {
        precondition(isFull && recomputed.count == (length + 1) * stateCount)
        for step in 1...length {
            let (source, target) = (step * stateCount, row(step) * stateCount)
            for index in 0..<stateCount { states[target + index] = recomputed[source + index] }
        }
    }

    /// The newest step: its input and the state before it.
    package func copyNewest(input: inout [Float], state: inout [Float]) {
        precondition(count > 0 && input.count == inputCount && state.count == stateCount)
        for index in 0..<inputCount { input[index] = inputs[newest * inputCount + index] }
        for index in 0..<stateCount { state[index] = states[newest * stateCount + index] }
    }

    /// As if the rows had come one by one: the oldest in front. For the state, which does not tell
    /// where they lay.
    mutating func putInOrder() {
        var ordered = self
        ordered.restart()
        let first = newest + 1 - count
        for step in 0..<count {
            let row = first + step < 0 ? first + step + length + 1 : first + step
            ordered.append(
                input: Array(inputs[row * inputCount..<(row + 1) * inputCount]),
                state: Array(states[row * stateCount..<(row + 1) * stateCount]))
            (ordered.targets[step], ordered.weights[step]) = (targets[row], weights[row])
        }
        self = ordered
    }

    /// The rows in use, oldest first: their inputs [rows, I], and the state before the first [S].
    var inOrder: (rows: Int, inputs: [Float], state: [Float]) {
        var ordered = self
        ordered.putInOrder()
        return (
            count, Array(ordered.inputs.prefix(count * inputCount)),
            Array(ordered.states.prefix(stateCount))
        )
    }

    /// The rows in use have been read in order.
    mutating func takeInOrder(_ count: Int) { (self.count, newest) = (count, count - 1) }

    /// Where the step is, counted from the oldest one of a full window; the last one is the newest.
    private func row(_ step: Int) -> Int {
        let row = newest + 1 + step
        return row > length ? row - length - 1 : row
    }
}
