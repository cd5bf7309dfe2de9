package import Networks

extension Stream {
    /// The channels' own nets for other programs: what `torch.nn.GRU`, `LSTM` or `RNN` called
    /// `rnn` and a `Linear` called `head` load, behind `channels.<number>.`; then the newest steps
    /// (`window`), which try them out, and the hidden state after these, and for the LSTM its
    /// memory. Nothing without a net; of a shared net the hidden state only.
    package var tensors: [NamedTensor] {
        channels.enumerated().flatMap { index, channel in
            (channel.experts.recurrent?.tensors ?? []).map {
                NamedTensor(
                    name: "channels.\(index).\($0.name)", shape: $0.shape, values: $0.values)
            }
        }
    }

    /// How the names of those tensors end that are computed from others.
    package static let outputsName = "window.outputs"
}

extension RecurrentExpert {
    fileprivate var tensors: [NamedTensor] {
        (own?.network.tensors ?? []) + windowTensors + Self.tensors(ofState: state, architecture)
    }

    /// h, and c where there is one.
    private static func tensors(
        ofState state: [Float], _ architecture: Architecture, prefix: String = ""
    ) -> [NamedTensor] {
        let hidden = architecture.hiddenCount
        let parts = [("hidden", state[..<hidden]), ("memory", state[hidden...])]
        return parts.filter { !$0.1.isEmpty }
            .map { NamedTensor(name: prefix + $0.0, shape: [hidden], values: Array($0.1)) }
    }

    /// The newest steps: what the net saw [n, I], the state before the first of them, and what it
    /// says to them [n, O]. The carried state was computed by the weights of its time, so it is not
    /// exactly the one that this ends with.
    private var windowTensors: [NamedTensor] {
        guard let network = own?.network else { return [] }
        let (steps, inputs, start) = replay.inOrder
        var (state, output) = (start, output)
        var scratch = StepScratch<Float>(architecture)
        var outputs: [Float] = []
        for step in 0..<steps {
            let input = inputs.span.extracting(
                step * architecture.inputCount..<(step + 1) * architecture.inputCount)
            var stateSpan = state.mutableSpan
            var outputSpan = output.mutableSpan
            network.step(
                input: input, state: &stateSpan, output: &outputSpan, scratch: &scratch)
            outputs += output
        }
        return [
            NamedTensor(
                name: "window.inputs", shape: [steps, architecture.inputCount], values: inputs)
        ] + Self.tensors(ofState: start, architecture, prefix: "window.") + [
            NamedTensor(
                name: Stream.outputsName, shape: [steps, architecture.outputCount],
                values: outputs)
        ]
    }
}
