import Kernels

/// One cell on its parameters, forward and backward by one step of one stream.
///
/// The forward step leaves on its row of the tape what the backward step needs, and the backward
/// step overwrites that row with the gradients of the pre-activations, in the same columns.
struct CellStep: Sendable {
    let cell: Cell
    let layout: ParameterLayout
    /// H.
    let hidden: Int

    init(_ architecture: Architecture) {
        cell = architecture.cell
        layout = architecture.layout
        hidden = architecture.hiddenCount
    }

    /// The numbers of one row of the tape: the pre-activations, and for the LSTM tanh(c′) behind
    /// them.
    var tapeCount: Int {
        switch cell {
        case .elman: hidden
        case .gru: 4 * hidden
        case .lstm, .lstmPeephole: 5 * hidden
        }
    }

    /// The columns of a tape row that the input product adds to, and the recurrent product.
    var inputColumns: Range<Int> { 0..<layout.gateCount }
    var recurrentColumns: Range<Int> {
        cell == .gru ? hidden..<(4 * hidden) : 0..<layout.gateCount
    }

    /// state ← cell(input, state).   input: [I], state: [S], tape: [tapeCount].
    func forward<Scalar: Real>(
        _ parameters: Span<Scalar>, input: Span<Scalar>, state: inout MutableSpan<Scalar>,
        tape: inout MutableSpan<Scalar>
    ) {
        accumulate(parameters, input: input, state: state.span, tape: &tape)
        switch cell {
        case .elman(let activation, _):
            activation.apply(to: &tape)
            copy(tape.span, into: &state)
        case .gru:
            forwardGRU(state: &state, tape: &tape)
        case .lstm:
            forwardLSTM(state: &state, tape: &tape)
        case .lstmPeephole:
            let peephole = parameters.extracting(layout.peephole)
            forwardPeepholeLSTM(peephole, state: &state, tape: &tape)
        }
    }

    /// The pre-activations: tape ← b + W·x + U·h.
    private func accumulate<Scalar: Real>(
        _ parameters: Span<Scalar>, input: Span<Scalar>, state: Span<Scalar>,
        tape: inout MutableSpan<Scalar>
    ) {
        if layout.bias.isEmpty {
            fill(&tape, with: 0)
        } else {
            var biased = tape.part(0..<layout.bias.count)
            copy(parameters.extracting(layout.bias), into: &biased)
        }
        var fromInput = tape.part(inputColumns)
        addProduct(input, parameters.extracting(layout.inputWeights), to: &fromInput)
        var fromState = tape.part(recurrentColumns)
        addProduct(
            state.extracting(first: hidden), parameters.extracting(layout.recurrentWeights),
            to: &fromState)
    }

    /// Turns `dstate`, ∂loss/∂state after the step, into that before it, and `tape` into the
    /// gradients of the pre-activations.
    ///
    /// before, after, dstate: [S]; transposed: [G, H], the recurrent weights' transpose.
    func backward<Scalar: Real>(
        _ parameters: Span<Scalar>, transposed: Span<Scalar>, before: Span<Scalar>,
        after: Span<Scalar>, dstate: inout MutableSpan<Scalar>, tape: inout MutableSpan<Scalar>
    ) {
        switch cell {
        case .elman(let activation, _):
            copy(dstate.span, into: &tape)
            activation.multiplyDerivative(at: after, into: &tape)
            fill(&dstate, with: 0)
        case .gru:
            backwardGRU(before: before, dstate: &dstate, tape: &tape)
        case .lstm:
            backwardLSTM(before: before, dstate: &dstate, tape: &tape)
        case .lstmPeephole:
            let peephole = parameters.extracting(layout.peephole)
            backwardPeepholeLSTM(peephole, before: before, dstate: &dstate, tape: &tape)
        }
        var dhidden = dstate.part(0..<hidden)
        addProduct(tape.span.extracting(recurrentColumns), transposed, to: &dhidden)
    }

    /// Adds one step's share of the cell's parameter gradients, after its `backward`.
    ///
    /// input: [I], before, after: [S], tape: the row that `backward` left.
    func addGradients<Scalar: Real>(
        input: Span<Scalar>, before: Span<Scalar>, after: Span<Scalar>, tape: Span<Scalar>,
        to gradients: inout MutableSpan<Scalar>
    ) {
        if !layout.bias.isEmpty {
            var dbias = gradients.part(layout.bias)
            add(tape.extracting(first: layout.bias.count), to: &dbias)
        }
        if !layout.peephole.isEmpty {
            var dpeephole = gradients.part(layout.peephole)
            addPeepholeGradients(before: before, after: after, tape: tape, to: &dpeephole)
        }
        var dinput = gradients.part(layout.inputWeights)
        addOuterProduct(input, tape.extracting(inputColumns), to: &dinput)
        var drecurrent = gradients.part(layout.recurrentWeights)
        addOuterProduct(
            before.extracting(first: hidden), tape.extracting(recurrentColumns), to: &drecurrent)
    }
}
