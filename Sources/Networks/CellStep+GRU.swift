import Kernels

/// The gated recurrent unit, with PyTorch's convention (torch.nn.GRU):
///
///     r = σ(W_r·x + U_r·h + b_r)
///     z = σ(W_z·x + U_z·h + b_z)
///     n = tanh(W_n·x + b_n + r∘(U_n·h + b_hn))
///     h′ = (1 − z)∘n + z∘h
///
/// A tape row is [n, r, z, U_n·h + b_hn], H each.
extension CellStep {
    func forwardGRU<Scalar: Real>(
        state: inout MutableSpan<Scalar>, tape: inout MutableSpan<Scalar>
    ) {
        precondition(state.count == hidden && tape.count == 4 * hidden)
        var gates = tape.part(hidden..<(3 * hidden))
        applySigmoid(&gates)
        for unit in 0..<hidden {
            let reset = unsafe tape[unchecked: hidden &+ unit]
            let recurrent = unsafe tape[unchecked: 3 &* hidden &+ unit]
            let candidate = unsafe Scalar.tanh(tape[unchecked: unit] + reset * recurrent)
            let update = unsafe tape[unchecked: 2 &* hidden &+ unit]
            unsafe tape[unchecked: unit] = candidate
            unsafe state[unchecked: unit] =
                (1 - update) * candidate + update * state[unchecked: unit]
        }
    }

    func backwardGRU<Scalar: Real>(
        before: Span<Scalar>, dstate: inout MutableSpan<Scalar>,
        tape: inout MutableSpan<Scalar>
    ) {
        precondition(
            before.count == hidden && dstate.count == hidden && tape.count == 4 * hidden)
        for unit in 0..<hidden {
            let candidate = unsafe tape[unchecked: unit]
            let reset = unsafe tape[unchecked: hidden &+ unit]
            let update = unsafe tape[unchecked: 2 &* hidden &+ unit]
            let recurrent = unsafe tape[unchecked: 3 &* hidden &+ unit]
            let dh = unsafe dstate[unchecked: unit]
            let previous = unsafe before[unchecked: unit]

            let dcandidate = dh * (1 - update) * (1 - candidate * candidate)
            let dupdate = dh * (previous - candidate) * update * (1 - update)
            let dreset = dcandidate * recurrent * reset * (1 - reset)
            unsafe tape[unchecked: unit] = dcandidate
            unsafe tape[unchecked: hidden &+ unit] = dreset
            unsafe tape[unchecked: 2 &* hidden &+ unit] = dupdate
            unsafe tape[unchecked: 3 &* hidden &+ unit] = dcandidate * reset
            unsafe dstate[unchecked: unit] = dh * update
        }
    }
}
