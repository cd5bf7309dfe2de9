package import Networks

extension Stream {
    /// The nets of the channels for other programs: what `torch.nn.GRU`, `LSTM` or `RNN` called
    /// `rnn` and a `Linear` called `head` load, behind `channels.<number>.`; then the hidden state,
    /// and for the LSTM its memory. Nothing without a net.
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
        let hidden = network.architecture.hiddenCount
        let parts = [("hidden", state[..<hidden]), ("memory", state[hidden...])]
        return network.tensors
            + parts.filter { !$0.1.isEmpty }
            .map { NamedTensor(name: $0.0, shape: [hidden], values: Array($0.1)) }
    }
}
