import Series

/// Exogenous inputs: numbers known with a sample, by name, that help to forecast the next one.
extension Stream {
    /// Puts the sample's inputs into `inputRow`. One that it does not have is NaN there, one that
    /// the stream does not have is counted.
    mutating func readInputs(
        _ sample: Sample, in batch: borrowing SampleBatch, counters: inout Counters
    ) {
        if inputNames.isEmpty, sample.inputs.isEmpty { return }
        forgetInputs()
        for (offset, input) in sample.inputs.enumerated() {
            let name = batch.text.span.extracting(batch.inputNames[input].range)
            guard let index = inputNames.index(of: name, near: offset) else {
                counters.unknownInputs += 1
                continue
            }
            let value = batch.inputValues[input]
            inputRow[index] = abs(value) < ChannelModel.largestValue ? value : .nan
        }
    }

    /// The next step of all inputs, with what `inputRow` has of them.
    mutating func showInputs(_ shown: inout ShownInputs, missing: Bool) {
        for index in inputs.indices { inputs[index].observe(missing ? .nan : inputRow[index]) }
        shown.show(inputs)
    }

    /// No input is known, as in a step that no sample came for.
    mutating func forgetInputs() {
        for index in inputRow.indices { inputRow[index] = .nan }
    }
}
