/// The samples of one message, in its order. Reused from message to message, so that decoding
/// allocates nothing once the arrays have grown to the feed's size.
package struct SampleBatch: Sendable {
    package private(set) var samples: [Sample] = []
    /// Values of all samples, NaN when missing.
    package private(set) var values: [Double] = []
    /// UTF-8 of all names; before them those of the last messages, which go many at a time.
    package private(set) var text: [UInt8] = []
    package private(set) var channelNames: [Sample.TextRange] = []
    /// Exogenous inputs of all samples, NaN when missing, and the name of each.
    package private(set) var inputValues: [Double] = []
    package private(set) var inputNames: [Sample.TextRange] = []
    /// Values, channel names and inputs that belong to closed samples; those behind wait for
    /// theirs.
    private var closedValues = 0
    private var closedChannelNames = 0
    private var closedInputs = 0

    /// Bytes of names of former messages at which they go.
    private static let forgottenText = 512

    package init() { text.reserveCapacity(4 * Self.forgottenText) }

    package mutating func removeAll() {
        // Most messages are one sample of one value, and taking one away costs a fifth of this.
        if samples.count == 1 { samples.removeLast() }
        if values.count == 1 { values.removeLast() }
        if !samples.isEmpty { samples.removeAll(keepingCapacity: true) }
        if !values.isEmpty { values.removeAll(keepingCapacity: true) }
        if text.count >= Self.forgottenText { text.removeAll(keepingCapacity: true) }
        if !channelNames.isEmpty { channelNames.removeAll(keepingCapacity: true) }
        if !inputValues.isEmpty {
            inputValues.removeAll(keepingCapacity: true)
            inputNames.removeAll(keepingCapacity: true)
        }
        closedValues = 0
        closedChannelNames = 0
        closedInputs = 0
    }

    /// Keeps a validated name; samples of the batch may share it.
    package mutating func addName(_ bytes: Span<UInt8>) throws(StreamName.Fault)
        -> Sample.TextRange
    {
        if let fault = StreamName.fault(in: bytes) { throw fault }
        let start = text.count
        unsafe bytes.withUnsafeBufferPointer { unsafe text.append(contentsOf: $0) }
        return Sample.TextRange(start: start, count: bytes.count)
    }

    /// Adds a value that the next `appendSample` takes. NaN and infinities become NaN: missing.
    package mutating func addValue(_ value: Double) {
        values.append(value.isFinite ? value : .nan)
    }

    /// Adds to the value that was added last, as SenML's base values ask for.
    package mutating func addToOpenValue(_ offset: Double) {
        precondition(values.count > closedValues)
        let sum = values[values.count - 1] + offset
        values[values.count - 1] = sum.isFinite ? sum : .nan
    }

    /// Adds the name of the channel whose value was added last.
    package mutating func addChannelName(_ bytes: Span<UInt8>) throws(StreamName.Fault) {
        channelNames.append(try addName(bytes))
    }

    /// Adds an exogenous input that the next `appendSample` takes, under a name that `addName`
    /// kept. NaN and infinities become NaN: missing.
    package mutating func addInput(_ value: Double, name: Sample.TextRange) {
        inputValues.append(value.isFinite ? value : .nan)
        inputNames.append(name)
    }

    /// Closes a sample over every value, channel name and input added since the sample before it.
    package mutating func appendSample(name: Sample.TextRange, nameHash: UInt64, time: Int64?) {
        let names = closedChannelNames..<channelNames.count
        samples.append(
            Sample(
                name: name, nameHash: nameHash, time: time, values: closedValues..<values.count,
                channelNames: names.isEmpty ? nil : names,
                inputs: closedInputs..<inputValues.count))
        closedValues = values.count
        closedChannelNames = channelNames.count
        closedInputs = inputValues.count
    }

    /// Adds a copy of another batch's sample, which is in order by itself.
    package mutating func append(_ sample: Sample, of batch: borrowing SampleBatch) {
        discardOpenSample()
        var copy = sample
        copy.name = copyText(sample.name, of: batch)
        values.append(contentsOf: batch.values[sample.values])
        copy.values = closedValues..<values.count
        if let names = sample.channelNames {
            for name in names { channelNames.append(copyText(batch.channelNames[name], of: batch)) }
            copy.channelNames = closedChannelNames..<channelNames.count
        }
        for input in sample.inputs {
            addInput(batch.inputValues[input], name: copyText(batch.inputNames[input], of: batch))
        }
        copy.inputs = closedInputs..<inputValues.count
        samples.append(copy)
        closedValues = values.count
        closedChannelNames = channelNames.count
        closedInputs = inputValues.count
    }

    private mutating func copyText(
        _ range: Sample.TextRange, of batch: borrowing SampleBatch
    ) -> Sample.TextRange {
        let start = text.count
        text.append(contentsOf: batch.text[range.range])
        return Sample.TextRange(start: start, count: range.count)
    }

    /// Forgets the values, channel names and inputs added since the last closed sample.
    package mutating func discardOpenSample() {
        values.removeLast(values.count - closedValues)
        channelNames.removeLast(channelNames.count - closedChannelNames)
        inputValues.removeLast(inputValues.count - closedInputs)
        inputNames.removeLast(inputNames.count - closedInputs)
    }
}
