/// The named ranges of a network's one flat parameter arena; gradients and moments have the same.
///
/// In this order: `bias`, `peephole`, `inputWeights`, `recurrentWeights`, `readoutWeights`,
/// `readoutBias`. Weights of the cell are K-major: row k holds what input (or hidden unit) k adds
/// to every gate, so that the products of a step run along contiguous rows. The columns of a row
/// are the gates side by side, H each:
///
/// | cell | columns of inputWeights | of recurrentWeights | bias | peephole |
/// |---|---|---|---|---|
/// | elman | h | h | h (empty without bias) | |
/// | gru | n, r, z | r, z, n | n (with W), r, z, n (with U) | |
/// | lstm | i, f, o, g | i, f, o, g | i, f, o, g | |
/// | lstmPeephole | i, f, o, g | i, f, o, g | i, f, o, g | i, f, o |
///
/// The GRU's order makes its pre-activations [W·x of n, r, z, U·h of n] one contiguous row for both
/// products. PyTorch keeps two biases per gate; but for the GRU's n only their sum matters.
package struct ParameterLayout: Hashable, Sendable {
    /// The cell's biases: G, or 4·H for the GRU.
    package let bias: Range<Int>
    /// Diagonal weights from the memory to the gates: 3·H or none.
    package let peephole: Range<Int>
    /// [I, G].
    package let inputWeights: Range<Int>
    /// [H, G].
    package let recurrentWeights: Range<Int>
    /// [O, H], row-major: one row per output.
    package let readoutWeights: Range<Int>
    /// [O].
    package let readoutBias: Range<Int>
    /// The part of `bias` whose gate keeps the old state: the GRU's z, the LSTM's f; nil for Elman.
    package let keepGateBias: Range<Int>?
    /// G: the columns of the input and the recurrent weights, H per gate.
    package let gateCount: Int

    package init(_ architecture: Architecture) {
        let hidden = architecture.hiddenCount
        let biasCount: Int
        var peepholeCount = 0
        switch architecture.cell {
        case .elman(_, let bias):
            gateCount = hidden
            biasCount = bias ? hidden : 0
            keepGateBias = nil
        case .gru:
            gateCount = 3 * hidden
            biasCount = 4 * hidden
            keepGateBias = (2 * hidden)..<(3 * hidden)
        case .lstm, .lstmPeephole:
            gateCount = 4 * hidden
            biasCount = 4 * hidden
            keepGateBias = hidden..<(2 * hidden)
            if architecture.cell == .lstmPeephole { peepholeCount = 3 * hidden }
        }
        var end = 0
        func next(_ count: Int) -> Range<Int> {
            defer { end += count }
            return end..<(end + count)
        }
        bias = next(biasCount)
        peephole = next(peepholeCount)
        inputWeights = next(architecture.inputCount * gateCount)
        recurrentWeights = next(hidden * gateCount)
        readoutWeights = next(architecture.outputCount * hidden)
        readoutBias = next(architecture.outputCount)
    }

    /// The numbers of the whole arena.
    package var count: Int { readoutBias.upperBound }
}
