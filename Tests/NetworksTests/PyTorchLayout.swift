import Networks

/// How PyTorch's parameters of a network map to our arena.
///
/// PyTorch keeps rows per gate where we keep columns, orders the gates differently, and has two
/// biases per gate (b_ih, b_hh) where only their sum acts. So an arena number is the sum of the
/// PyTorch numbers that map to it, and each of those has the arena number's gradient.
struct PyTorchLayout {
    /// Names in the order of the flat vector.
    let names: [String]
    /// Where each tensor lies in the flat vector.
    let ranges: [String: Range<Int>]
    /// The arena's index of each number of the flat vector.
    let arenaIndices: [Int]
    let arenaCount: Int

    init(_ architecture: Architecture) {
        let layout = architecture.layout
        let (inputs, hidden) = (architecture.inputCount, architecture.hiddenCount)
        // PyTorch's gate k is our block `inputBlocks[k]` of W's columns, `recurrentBlocks[k]` of
        // U's and `inputBiases[k]`, `recurrentBiases[k]` of the bias.
        let blocks: (input: [Int], recurrent: [Int], inputBias: [Int], recurrentBias: [Int])
        switch architecture.cell {
        case .elman: blocks = ([0], [0], [0], [0])
        case .gru: blocks = ([1, 2, 0], [0, 1, 2], [1, 2, 0], [1, 2, 3])
        case .lstm, .lstmPeephole:
            blocks = ([0, 1, 3, 2], [0, 1, 3, 2], [0, 1, 3, 2], [0, 1, 3, 2])
        }
        let gates = layout.gateCount
        func matrix(_ blocks: [Int], _ start: Int, columns: Int) -> [Int] {
            blocks.flatMap { block in
                (0..<hidden).flatMap { unit in
                    (0..<columns).map { start + $0 * gates + block * hidden + unit }
                }
            }
        }
        func vector(_ blocks: [Int]) -> [Int] {
            blocks.flatMap { block in
                (0..<hidden).map { layout.bias.lowerBound + block * hidden + $0 }
            }
        }
        var tensors = [
            (
                "weight_ih_l0",
                matrix(blocks.input, layout.inputWeights.lowerBound, columns: inputs)
            ),
            (
                "weight_hh_l0",
                matrix(blocks.recurrent, layout.recurrentWeights.lowerBound, columns: hidden)
            ),
            ("bias_ih_l0", vector(blocks.inputBias)),
            ("bias_hh_l0", vector(blocks.recurrentBias)),
            ("head.weight", Array(layout.readoutWeights)),
            ("head.bias", Array(layout.readoutBias)),
        ]
        for (gate, name) in ["peep_i", "peep_f", "peep_o"].enumerated()
        where !layout.peephole.isEmpty {
            let start = layout.peephole.lowerBound + gate * hidden
            tensors.append((name, Array(start..<(start + hidden))))
        }
        var indices: [Int] = []
        var ranges: [String: Range<Int>] = [:]
        for (name, tensor) in tensors {
            ranges[name] = indices.count..<(indices.count + tensor.count)
            indices += tensor
        }
        names = tensors.map(\.0)
        self.ranges = ranges
        arenaIndices = indices
        arenaCount = layout.count
    }

    /// The arena that computes the same as PyTorch's parameters.
    func arena<Scalar: BinaryFloatingPoint>(_ parameters: [Scalar]) -> [Scalar] {
        var arena = [Scalar](repeating: 0, count: arenaCount)
        for (index, value) in zip(arenaIndices, parameters) { arena[index] += value }
        return arena
    }

    /// The gradients that PyTorch has for an arena's gradients.
    func gradients<Scalar>(_ arena: [Scalar]) -> [Scalar] {
        arenaIndices.map { arena[$0] }
    }
}
