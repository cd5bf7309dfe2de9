/// One sample of one stream: ranges into the `SampleBatch` that holds its name and values.
package struct Sample: Equatable, Sendable {
    /// A half-open range of bytes of `SampleBatch.text`.
    package struct TextRange: Equatable, Sendable {
        package var start: Int
        package var count: Int

        package init(start: Int, count: Int) {
            self.start = start
            self.count = count
        }

        package var range: Range<Int> { start..<(start + count) }
    }

    /// The stream's name.
    package var name: TextRange
    /// `StreamName.hash` of the name.
    package var nameHash: UInt64
    /// Nanoseconds since 1970 UTC, nil when the message had none (then its arrival counts).
    package var time: Int64?
    /// The sample's values, a range of `SampleBatch.values`: one per channel, NaN when missing.
    package var values: Range<Int>
    /// The channels' names, a range of `SampleBatch.channelNames` as long as `values`, or nil.
    package var channelNames: Range<Int>?
    /// The exogenous inputs known with the sample, a range of `SampleBatch.inputValues` and of
    /// `SampleBatch.inputNames`; empty without any.
    package var inputs: Range<Int>

    /// Values and inputs together.
    package var numberCount: Int { values.count + inputs.count }

    package init(
        name: TextRange, nameHash: UInt64, time: Int64?, values: Range<Int>,
        channelNames: Range<Int>? = nil, inputs: Range<Int> = 0..<0
    ) {
        self.name = name
        self.nameHash = nameHash
        self.time = time
        self.values = values
        self.channelNames = channelNames
        self.inputs = inputs
    }
}
