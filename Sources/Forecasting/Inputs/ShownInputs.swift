/// What the exogenous inputs of the stream at work show its channels at the newest step.
struct ShownInputs: Sendable {
    /// [inputs, ExogenousInput.shown].
    private(set) var numbers: [Double] = []
    /// Whether none is overdue of those that are looked at.
    private(set) var areKnown = false

    mutating func show(_ inputs: borrowing [ExogenousInput]) {
        let count = inputs.count * ExogenousInput.shown
        if numbers.count != count { numbers = [Double](repeating: 0, count: count) }
        areKnown = true
        for index in inputs.indices {
            inputs[index].show(&numbers, at: index * ExogenousInput.shown)
            if index < ARXExpert.mostInputs, inputs[index].isOverdue { areKnown = false }
        }
    }
}
