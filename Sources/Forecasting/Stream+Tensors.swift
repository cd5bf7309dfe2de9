package import Networks

extension Stream {
    /// The channels' own nets for other programs: what `torch.nn.GRU`, `LSTM` or `RNN` called
    /// `rnn` and a `Linear` called `head` load, behind `channels.<number>.`; then the hidden state,
    /// and for the LSTM its memory. Nothing without a net; of a shared net the hidden state only.
    package var tensors: [NamedTensor] {
        channels.enumerated().flatMap { index, channel in
            (channel.experts.recurrent?.tensors ?? []).map {
                NamedTensor(
                    name: "channels.\(index).\($0.name)", shape: $0.shape, values: $0.values)
            }
        }
    }
}

extension RecurrentExpert {
    fileprivate var tensors: [NamedTensor] {
        let hidden = architecture.hiddenCount
        let parts = [("hidden", state[..<hidden]), ("memory", state[hidden...])]
        return (own?.network.tensors ?? [])
            + parts.filter { !$0.1.isEmpty }
            .map { NamedTensor(name: $0.0, shape: [hidden], values: Array($0.1)) }
    }
}
