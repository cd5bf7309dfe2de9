import Kernels

/// Long short-term memory, with PyTorch's convention (torch.nn.LSTM):
///
///     i = σ(W_i·x + U_i·h + b_i)    f = σ(W_f·x + U_f·h + b_f)    o = σ(W_o·x + U_o·h + b_o)
///     g = tanh(W_g·x + U_g·h + b_g)
///     c′ = f∘c + i∘g
///     h′ = o∘tanh(c′)
///
/// The state is [h, c]; a tape row is [i, f, o, g, tanh(c′)], H each.
extension CellStep {
    func forwardLSTM<Scalar: Real>(
        state: inout MutableSpan<Scalar>, tape: inout MutableSpan<Scalar>
    ) {
        precondition(state.count == 2 * hidden && tape.count == 5 * hidden)
        var gates = tape.part(0..<(3 * hidden))
        applySigmoid(&gates)
        var candidates = tape.part((3 * hidden)..<(4 * hidden))
        applyTanh(&candidates)
        for unit in 0..<hidden {
            let input = unsafe tape[unchecked: unit]
            let forget = unsafe tape[unchecked: hidden &+ unit]
            let output = unsafe tape[unchecked: 2 &* hidden &+ unit]
            let candidate = unsafe tape[unchecked: 3 &* hidden &+ unit]
            let memory = unsafe forget * state[unchecked: hidden &+ unit] + input * candidate
            let squashed = Scalar.tanh(memory)
            unsafe tape[unchecked: 4 &* hidden &+ unit] = squashed
            unsafe state[unchecked: hidden &+ unit] = memory
            unsafe state[unchecked: unit] = output * squashed
        }
    }

    func backwardLSTM<Scalar: Real>(
        before: Span<Scalar>, dstate: inout MutableSpan<Scalar>,
        tape: inout MutableSpan<Scalar>
    ) {
        precondition(
            before.count == 2 * hidden && dstate.count == 2 * hidden && tape.count == 5 * hidden)
        for unit in 0..<hidden {
            let input = unsafe tape[unchecked: unit]
            let forget = unsafe tape[unchecked: hidden &+ unit]
            let output = unsafe tape[unchecked: 2 &* hidden &+ unit]
            let candidate = unsafe tape[unchecked: 3 &* hidden &+ unit]
            let squashed = unsafe tape[unchecked: 4 &* hidden &+ unit]
            let memory = unsafe before[unchecked: hidden &+ unit]
            let dh = unsafe dstate[unchecked: unit]

            let later = unsafe dstate[unchecked: hidden &+ unit]
            let dmemory = later + dh * output * (1 - squashed * squashed)
            unsafe tape[unchecked: unit] = dmemory * candidate * input * (1 - input)
            unsafe tape[unchecked: hidden &+ unit] = dmemory * memory * forget * (1 - forget)
            unsafe tape[unchecked: 2 &* hidden &+ unit] = dh * squashed * output * (1 - output)
            unsafe tape[unchecked: 3 &* hidden &+ unit] =
                dmemory * input * (1 - candidate * candidate)
            unsafe dstate[unchecked: hidden &+ unit] = dmemory * forget
            unsafe dstate[unchecked: unit] = 0
        }
    }
}
