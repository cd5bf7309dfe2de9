/// The readout's squashing function.
package enum OutputActivation: UInt8, Hashable, Sendable, CaseIterable {
    case identity, sigmoid
}

/// The shape of a network: one recurrent cell with a linear readout.
///
///     state′ = cell(x, state)                       x: [I], state: [S]
///     output = act(V·h′ + v)                        h′: [H], V: [O, H], v: [O]
package struct Architecture: Hashable, Sendable {
    package let cell: Cell
    /// I, at least 1.
    package let inputCount: Int
    /// H, at least 1.
    package let hiddenCount: Int
    /// O, at least 1.
    package let outputCount: Int
    package let outputActivation: OutputActivation

    package init(
        cell: Cell, inputCount: Int, hiddenCount: Int, outputCount: Int = 1,
        outputActivation: OutputActivation = .identity
    ) {
        precondition(inputCount > 0 && hiddenCount > 0 && outputCount > 0)
        self.cell = cell
        self.inputCount = inputCount
        self.hiddenCount = hiddenCount
        self.outputCount = outputCount
        self.outputActivation = outputActivation
    }

    /// S: the numbers of one stream's state, h and for the LSTM cells c behind it.
    package var stateCount: Int { hiddenCount * cell.statesPerUnit }

    /// The numbers of the parameter arena.
    package var parameterCount: Int { layout.count }

    /// Where each tensor lies in the arena.
    package var layout: ParameterLayout { ParameterLayout(self) }
}
