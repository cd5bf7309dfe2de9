/// The recurrent part of a network: how a sample changes the state.
package enum Cell: Hashable, Sendable {
    /// h′ = act(W·x + U·h + b) (Elman, "Finding structure in time", 1990); `bias: false` drops b.
    case elman(Activation, bias: Bool)
    /// Gated recurrent unit (Cho et al., 2014), reset gate after the recurrent product as in
    /// PyTorch.
    case gru
    /// Long short-term memory with forget gate (Gers, Schmidhuber, Cummins, 2000).
    case lstm
    /// LSTM whose gates see the memory through diagonal weights (Gers, Schmidhuber, 2000).
    case lstmPeephole

    /// Numbers of state per hidden unit: h, and for the LSTM cells c behind it.
    package var statesPerUnit: Int {
        switch self {
        case .elman, .gru: 1
        case .lstm, .lstmPeephole: 2
        }
    }
}
