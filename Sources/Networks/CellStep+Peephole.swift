import Kernels

/// LSTM with peepholes (Gers, Schmidhuber, "Recurrent nets that time and count", 2000): i and f
/// also see p_i∘c and p_f∘c, the memory before the step, and o sees p_o∘c′, the memory after it.
///
/// State and tape row as for the LSTM; peephole: [p_i, p_f, p_o], H each.
extension CellStep {
    func forwardPeepholeLSTM<Scalar: Real>(
        _ peephole: Span<Scalar>, state: inout MutableSpan<Scalar>,
        tape: inout MutableSpan<Scalar>
    ) {
        precondition(
            peephole.count == 3 * hidden && state.count == 2 * hidden && tape.count == 5 * hidden)
        for unit in 0..<hidden {
            let old = unsafe state[unchecked: hidden &+ unit]
            let input = unsafe Scalar.sigmoid(
                tape[unchecked: unit] + peephole[unchecked: unit] * old)
            let forget = unsafe Scalar.sigmoid(
                tape[unchecked: hidden &+ unit] + peephole[unchecked: hidden &+ unit] * old)
            let candidate = unsafe Scalar.tanh(tape[unchecked: 3 &* hidden &+ unit])
            let memory = forget * old + input * candidate
            let output = unsafe Scalar.sigmoid(
                tape[unchecked: 2 &* hidden &+ unit]
                    + peephole[unchecked: 2 &* hidden &+ unit] * memory)
            let squashed = Scalar.tanh(memory)
            unsafe tape[unchecked: unit] = input
            unsafe tape[unchecked: hidden &+ unit] = forget
            unsafe tape[unchecked: 2 &* hidden &+ unit] = output
            unsafe tape[unchecked: 3 &* hidden &+ unit] = candidate
            unsafe tape[unchecked: 4 &* hidden &+ unit] = squashed
            unsafe state[unchecked: hidden &+ unit] = memory
            unsafe state[unchecked: unit] = output * squashed
        }
    }

    func backwardPeepholeLSTM<Scalar: Real>(
        _ peephole: Span<Scalar>, before: Span<Scalar>, dstate: inout MutableSpan<Scalar>,
        tape: inout MutableSpan<Scalar>
    ) {
        precondition(
            peephole.count == 3 * hidden && before.count == 2 * hidden
                && dstate.count == 2 * hidden && tape.count == 5 * hidden)
        for unit in 0..<hidden {
            let input = unsafe tape[unchecked: unit]
            let forget = unsafe tape[unchecked: hidden &+ unit]
            let output = unsafe tape[unchecked: 2 &* hidden &+ unit]
            let candidate = unsafe tape[unchecked: 3 &* hidden &+ unit]
            let squashed = unsafe tape[unchecked: 4 &* hidden &+ unit]
            let old = unsafe before[unchecked: hidden &+ unit]
            let dh = unsafe dstate[unchecked: unit]

            let doutput = dh * squashed * output * (1 - output)
            let later = unsafe dstate[unchecked: hidden &+ unit]
            let peek = unsafe peephole[unchecked: 2 &* hidden &+ unit]
            let dmemory = later + dh * output * (1 - squashed * squashed) + doutput * peek
            let dinput = dmemory * candidate * input * (1 - input)
            let dforget = dmemory * old * forget * (1 - forget)
            unsafe tape[unchecked: unit] = dinput
            unsafe tape[unchecked: hidden &+ unit] = dforget
            unsafe tape[unchecked: 2 &* hidden &+ unit] = doutput
            unsafe tape[unchecked: 3 &* hidden &+ unit] =
                dmemory * input * (1 - candidate * candidate)
            unsafe dstate[unchecked: hidden &+ unit] =
                dmemory * forget + dinput * peephole[unchecked: unit]
                + dforget * peephole[unchecked: hidden &+ unit]
            unsafe dstate[unchecked: unit] = 0
        }
    }

    /// dp_i += di∘c, dp_f += df∘c, dp_o += do∘c′.
    func addPeepholeGradients<Scalar: Real>(
        before: Span<Scalar>, after: Span<Scalar>, tape: Span<Scalar>,
        to gradients: inout MutableSpan<Scalar>
    ) {
        precondition(
            before.count == 2 * hidden && after.count == 2 * hidden && tape.count == 5 * hidden
                && gradients.count == 3 * hidden)
        for unit in 0..<hidden {
            let (old, new) = unsafe (
                before[unchecked: hidden &+ unit], after[unchecked: hidden &+ unit]
            )
            unsafe gradients[unchecked: unit] += tape[unchecked: unit] * old
            unsafe gradients[unchecked: hidden &+ unit] += tape[unchecked: hidden &+ unit] * old
            unsafe gradients[unchecked: 2 &* hidden &+ unit] +=
                tape[unchecked: 2 &* hidden &+ unit] * new
        }
    }
}
