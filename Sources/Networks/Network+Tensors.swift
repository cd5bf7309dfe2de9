/// A named array of a network, for other programs.
package struct NamedTensor: Equatable, Sendable {
    package let name: String
    package let shape: [Int]
    /// Row-major.
    package let values: [Float]

    package init(name: String, shape: [Int], values: [Float]) {
        self.name = name
        self.shape = shape
        self.values = values
    }
}

extension Network<Float> {
    /// The parameters with PyTorch's names, shapes and order of the gates.
    ///
    /// PyTorch has rows for the gates where the arena has columns, i, f, g, o for the LSTM's, and
    /// two biases of which only the sum acts, but for the GRU's new gate: the second one is 0 where
    /// we have one. Peepholes, which it does not have, are `rnn.peephole_i` and so on.
    package var tensors: [NamedTensor] {
        let layout = architecture.layout
        let (inputs, hidden, gateCount) = (
            architecture.inputCount, architecture.hiddenCount, layout.gateCount
        )
        let gates = GateOrder(architecture.cell)
        func tensor(_ name: String, _ shape: [Int], _ values: [Float]) -> NamedTensor {
            NamedTensor(name: name, shape: shape, values: values)
        }
        func part(_ range: Range<Int>) -> [Float] { Array(parameters[range]) }
        var tensors = [
            tensor(
                "rnn.weight_ih_l0", [gateCount, inputs],
                rows(gates.input, from: layout.inputWeights.lowerBound, columns: inputs)),
            tensor(
                "rnn.weight_hh_l0", [gateCount, hidden],
                rows(gates.recurrent, from: layout.recurrentWeights.lowerBound, columns: hidden)),
            tensor("rnn.bias_ih_l0", [gateCount], bias(gates.inputBias)),
            tensor("rnn.bias_hh_l0", [gateCount], bias(gates.recurrentBias)),
        ]
        for (index, gate) in ["i", "f", "o"].enumerated() where !layout.peephole.isEmpty {
            let start = layout.peephole.lowerBound + index * hidden
            tensors.append(tensor("rnn.peephole_\(gate)", [hidden], part(start..<start + hidden)))
        }
        return tensors + [
            tensor(
                "head.weight", [architecture.outputCount, hidden], part(layout.readoutWeights)),
            tensor("head.bias", [architecture.outputCount], part(layout.readoutBias)),
        ]
    }

    /// Rows for the gates in the order of `blocks`, out of columns.
    private func rows(_ blocks: [Int], from start: Int, columns: Int) -> [Float] {
        let (hidden, gateCount) = (architecture.hiddenCount, architecture.layout.gateCount)
        return blocks.flatMap { block in
            (0..<hidden).flatMap { unit in
                (0..<columns).map { column in
                    parameters[start + column * gateCount + block * hidden + unit]
                }
            }
        }
    }

    private func bias(_ blocks: [Int?]) -> [Float] {
        let (hidden, range) = (architecture.hiddenCount, architecture.layout.bias)
        return blocks.flatMap { block in
            guard let block, !range.isEmpty else { return [Float](repeating: 0, count: hidden) }
            let start = range.lowerBound + block * hidden
            return Array(parameters[start..<start + hidden])
        }
    }
}

/// Which of the arena's blocks PyTorch's gates are, in PyTorch's order (`ParameterLayout`).
private struct GateOrder {
    let input: [Int]
    let recurrent: [Int]
    let inputBias: [Int?]
    let recurrentBias: [Int?]

    init(_ cell: Cell) {
        switch cell {
        case .elman:
            (input, recurrent, inputBias, recurrentBias) = ([0], [0], [0], [nil])
        case .gru:
            (input, recurrent) = ([1, 2, 0], [0, 1, 2])
            (inputBias, recurrentBias) = ([1, 2, 0], [nil, nil, 3])
        case .lstm, .lstmPeephole:
            (input, recurrent) = ([0, 1, 3, 2], [0, 1, 3, 2])
            (inputBias, recurrentBias) = ([0, 1, 3, 2], [nil, nil, nil, nil])
        }
    }
}
