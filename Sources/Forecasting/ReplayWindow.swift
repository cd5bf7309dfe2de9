package import Networks

/// The last steps of a net: what an update goes back through, and where it starts from.
///
/// Row r is one step: its input [I], the state before it [S], and once the next sample has come its
/// target with weight 1 (0: unknown). Rows move to the front when the arrays are full, so that a
/// window is always contiguous; nothing is allocated after `init`.
package struct ReplayWindow: Sendable {
    /// W: steps of one update.
    package let length: Int
    let inputCount: Int
    let stateCount: Int
    private let capacity: Int
    /// [capacity, I], [capacity], [capacity], [capacity + 1, S].
    var inputs: [Float]
    var targets: [Float]
    var weights: [Float]
    var states: [Float]
    /// Rows in use; the newest is row count − 1.
    var count = 0

    package init(_ architecture: Architecture, length: Int) {
        self.length = length
        inputCount = architecture.inputCount
        stateCount = architecture.stateCount
        capacity = 2 * length + 1
        inputs = [Float](repeating: 0, count: capacity * inputCount)
        targets = [Float](repeating: 0, count: capacity)
        weights = [Float](repeating: 0, count: capacity)
        states = [Float](repeating: 0, count: (capacity + 1) * stateCount)
    }

    /// Whether W steps with their targets lie before the newest one.
    package var isFull: Bool { count > length }

    /// Known targets in the window.
    package var knownTargets: Int {
        var sum = 0
        for row in window where weights[row] > 0 { sum += 1 }
        return sum
    }

    /// Forgets every step.
    package mutating func restart() { count = 0 }

    /// Adds a step with an unknown target, from the state before it.
    package mutating func append(input: [Float], state: [Float]) {
        precondition(input.count == inputCount && state.count == stateCount)
        if count == capacity { moveToFront() }
        for index in 0..<inputCount { inputs[count * inputCount + index] = input[index] }
        for index in 0..<stateCount { states[count * stateCount + index] = state[index] }
        weights[count] = 0
        targets[count] = 0
        count += 1
    }

    /// What the newest step was to forecast.
    package mutating func setTarget(_ target: Float) {
        guard count > 0 else { return }
        targets[count - 1] = target
        weights[count - 1] = 1
    }

    /// Hands the W steps before the newest one to an update of one stream.
    package func fill(_ batch: inout WindowBatch<Float>) {
        precondition(isFull && batch.windowCount == length && batch.batchCount == 1)
        let first = window.lowerBound
        for index in 0..<(length * inputCount) {
            batch.inputs[index] = inputs[first * inputCount + index]
        }
        for index in 0..<length {
            batch.targets[index] = targets[first + index]
            batch.weights[index] = weights[first + index]
        }
        for index in 0..<stateCount {
            batch.initialState[index] = states[first * stateCount + index]
        }
    }

    /// Overwrites the states along the window, and the one after it, with recomputed ones.
    ///
    /// recomputed: [W+1, S], the first the state that `fill` handed out.
    package mutating func refresh(_ recomputed: [Float]) {
        precondition(recomputed.count == (length + 1) * stateCount)
        let first = window.lowerBound * stateCount
        for index in stateCount..<recomputed.count { states[first + index] = recomputed[index] }
    }

    /// The newest step: its input and the state before it.
    package func copyNewest(input: inout [Float], state: inout [Float]) {
        precondition(count > 0 && input.count == inputCount && state.count == stateCount)
        for index in 0..<inputCount { input[index] = inputs[(count - 1) * inputCount + index] }
        for index in 0..<stateCount { state[index] = states[(count - 1) * stateCount + index] }
    }

    private var window: Range<Int> { (count - 1 - length)..<(count - 1) }

    private mutating func moveToFront() {
        let first = count - length
        for index in 0..<(length * inputCount) {
            inputs[index] = inputs[first * inputCount + index]
        }
        for index in 0..<length {
            targets[index] = targets[first + index]
            weights[index] = weights[first + index]
        }
        for index in 0..<(length * stateCount) {
            states[index] = states[first * stateCount + index]
        }
        count = length
    }
}
