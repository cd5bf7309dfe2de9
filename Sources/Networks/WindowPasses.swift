import Kernels

/// The two passes over a batch of windows. They own no memory: what each reads and writes is in its
/// signature.
///
/// Rows run over time and batch: row t·B + b is step t of window b. `states` has B rows more, the
/// state before row r is row r, the state after it row r + B.
struct WindowPasses: Sendable {
    let cell: CellStep
    let readout: Readout
    /// I, S and B.
    let inputCount: Int
    let stateCount: Int
    let batchCount: Int
    /// T·B.
    let rowCount: Int

    init(_ architecture: Architecture, window: Int, batch: Int) {
        cell = CellStep(architecture)
        readout = Readout(architecture)
        inputCount = architecture.inputCount
        stateCount = architecture.stateCount
        batchCount = batch
        rowCount = window * batch
    }

    /// Row by row what `Network.step` does, with the states and the gates kept.
    ///
    /// states: [T+1, B, S], row 0 the states to begin with, the others written; tape:
    /// [T, B, tapeCount], readouts: [T, B, O], written.
    func forward<Scalar: Real>(
        _ parameters: Span<Scalar>, _ batch: WindowBatch<Scalar>, dropout: DropoutMask<Scalar>?,
        states: inout [Scalar], tape: inout [Scalar], readouts: inout [Scalar]
    ) {
        var states = states.mutableSpan
        var tape = tape.mutableSpan
        var readouts = readouts.mutableSpan
        for row in 0..<rowCount {
            let next = row + batchCount
            copyWithin(
                &states, from: row * stateCount, to: next * stateCount, count: stateCount)
            var state = states.part(slice(next, stateCount))
            var gates = tape.part(slice(row, cell.tapeCount))
            cell.forward(
                parameters, input: batch.inputs.span.extracting(slice(row, inputCount)),
                state: &state, tape: &gates)
            var output = readouts.part(slice(row, readout.outputs))
            readout.forward(
                parameters, hiddenState: state.span.extracting(first: cell.hidden),
                factors: dropout?.factors.span.extracting(slice(row, cell.hidden)), into: &output)
        }
    }

    /// From the last row to the first.
    ///
    /// states: what `forward` wrote; readoutGradients: [T, B, O], ∂loss/∂(V·h + v); transposed:
    /// [G, H], the recurrent weights' transpose. tape: what `forward` wrote, overwritten by the
    /// gradients of the pre-activations. stateGradients: [B, S], ∂loss/∂(state before the window),
    /// written. gradients: [parameterCount], written.
    func backward<Scalar: Real>(
        _ parameters: Span<Scalar>, _ batch: WindowBatch<Scalar>, dropout: DropoutMask<Scalar>?,
        states: [Scalar], readoutGradients: [Scalar], transposed: [Scalar], tape: inout [Scalar],
        stateGradients: inout [Scalar], gradients: inout [Scalar]
    ) {
        let (states, readoutGradients) = (states.span, readoutGradients.span)
        let transposed = transposed.span
        var tape = tape.mutableSpan
        var dstates = stateGradients.mutableSpan
        var gradients = gradients.mutableSpan
        fill(&dstates, with: 0)
        fill(&gradients, with: 0)
        for row in stride(from: rowCount - 1, through: 0, by: -1) {
            let before = states.extracting(slice(row, stateCount))
            let after = states.extracting(slice(row + batchCount, stateCount))
            var dstate = dstates.part(slice(row % batchCount, stateCount))
            var dhidden = dstate.part(0..<cell.hidden)
            readout.backward(
                parameters, hiddenState: after.extracting(first: cell.hidden),
                factors: dropout?.factors.span.extracting(slice(row, cell.hidden)),
                dy: readoutGradients.extracting(slice(row, readout.outputs)),
                gradients: &gradients, dhidden: &dhidden)
            var gates = tape.part(slice(row, cell.tapeCount))
            cell.backward(
                parameters, transposed: transposed, before: before, after: after,
                dstate: &dstate, tape: &gates)
            cell.addGradients(
                input: batch.inputs.span.extracting(slice(row, inputCount)), before: before,
                after: after, tape: gates.span, to: &gradients)
        }
    }
}

/// The range of row `row` in a matrix whose rows are `width` long.
func slice(_ row: Int, _ width: Int) -> Range<Int> {
    (row * width)..<((row + 1) * width)
}
