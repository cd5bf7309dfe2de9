package import Series

/// Samples to the payloads that `Decoder` reads: what `foretide publish` sends.
package struct SampleEncoder: Sendable {
    private let format: InputFormat

    /// - Parameter format: `.auto` is JSON.
    package init(format: InputFormat) {
        self.format = format
    }

    /// Appends one payload with the batch's samples from `range`, which is not empty. The binary
    /// and raw formats and text do not name the stream (the topic does), so all samples are of one,
    /// and have no place for inputs; text takes one sample of one value.
    ///
    /// - Parameter sequence: number of the first sample, for TSB1.
    package func encode(
        _ range: Range<Int>, of batch: borrowing SampleBatch, sequence: UInt64 = 0,
        into bytes: inout [UInt8]
    ) {
        precondition(!range.isEmpty)
        switch format {
        case .auto, .json:
            if range.count > 1 { bytes.append("[") }
            for index in range {
                if index > range.lowerBound { bytes.append(",") }
                appendJSON(batch.samples[index], batch, &bytes)
            }
            if range.count > 1 { bytes.append("]") }
        case .messagePack:
            if range.count > 1 { MessagePackEncoder.append(array: range.count, to: &bytes) }
            for index in range { appendMessagePack(batch.samples[index], batch, &bytes) }
        case .binary: appendBinary(range, batch, sequence, &bytes)
        case .text:
            precondition(range.count == 1 && batch.samples[range.lowerBound].values.count == 1)
            let value = batch.values[batch.samples[range.lowerBound].values.lowerBound]
            if value.isNaN { bytes.append("nan") } else { Number.append(value, to: &bytes) }
        case .float64:
            for value in values(range, batch) { bytes.append(littleEndian: value.bitPattern) }
        case .float32:
            for value in values(range, batch) {
                bytes.append(littleEndian: Float(value).bitPattern)
            }
        }
    }

    private func values(_ range: Range<Int>, _ batch: borrowing SampleBatch) -> ArraySlice<Double> {
        let first = batch.samples[range.lowerBound].values.lowerBound
        return batch.values[first..<batch.samples[range.upperBound - 1].values.upperBound]
    }

    /// Whether a double of seconds would lose nanoseconds, and the integer's size tells its unit.
    private static func needsInteger(_ time: Int64) -> Bool {
        time % 1000 != 0 && time >= 100_000_000_000_000_000
    }

    private func appendJSON(
        _ sample: Sample, _ batch: borrowing SampleBatch, _ bytes: inout [UInt8]
    ) {
        var longest = 64 + JSONEncoder.longest(string: sample.name.count)
        longest += (sample.values.count + 1) * JSONEncoder.longestNumber
        for index in sample.channelNames ?? 0..<0 {
            longest += JSONEncoder.longest(string: batch.channelNames[index].count)
        }
        for index in sample.inputs {
            longest += JSONEncoder.longest(string: batch.inputNames[index].count)
            longest += JSONEncoder.longestNumber
        }
        bytes.append(atMost: longest) { text in writeJSON(sample, batch, &text) }
    }

    private func writeJSON(
        _ sample: Sample, _ batch: borrowing SampleBatch, _ text: inout TextCursor
    ) {
        text.append("{\"stream\":")
        JSONEncoder.append(string: batch.text.span.extracting(sample.name.range), to: &text)
        if let time = sample.time {
            if Self.needsInteger(time) {
                text.append(",\"ts\":", time.magnitude)
            } else {
                text.append(",\"ts\":", seconds: time)
            }
        }
        let isArray = sample.values.count > 1 || sample.channelNames != nil
        text.append(sample.channelNames == nil ? ",\"value\":" : ",\"values\":")
        if isArray { text.append(sample.channelNames == nil ? "[" : "{") }
        for (position, index) in sample.values.enumerated() {
            if position > 0 { text.append(",") }
            if let names = sample.channelNames {
                let name = batch.channelNames[names.lowerBound + position]
                JSONEncoder.append(string: batch.text.span.extracting(name.range), to: &text)
                text.append(":")
            }
            text.append("", batch.values[index])
        }
        if isArray { text.append(sample.channelNames == nil ? "]" : "}") }
        for index in sample.inputs {
            text.append(index == sample.inputs.lowerBound ? ",\"inputs\":{" : ",")
            let name = batch.inputNames[index]
            JSONEncoder.append(string: batch.text.span.extracting(name.range), to: &text)
            text.append(":", batch.inputValues[index])
        }
        text.append(sample.inputs.isEmpty ? "}" : "}}")
    }

    private func appendMessagePack(
        _ sample: Sample, _ batch: borrowing SampleBatch, _ bytes: inout [UInt8]
    ) {
        let keys = 2 + (sample.time == nil ? 0 : 1) + (sample.inputs.isEmpty ? 0 : 1)
        MessagePackEncoder.append(map: keys, to: &bytes)
        MessagePackEncoder.append("stream", to: &bytes)
        MessagePackEncoder.append(
            string: batch.text.span.extracting(sample.name.range), to: &bytes)
        if let time = sample.time {
            MessagePackEncoder.append("ts", to: &bytes)
            if Self.needsInteger(time) {
                MessagePackEncoder.append(integer: UInt64(time), to: &bytes)
            } else {
                MessagePackEncoder.append(time: time, to: &bytes)
            }
        }
        if let names = sample.channelNames {
            MessagePackEncoder.append("values", to: &bytes)
            MessagePackEncoder.append(map: names.count, to: &bytes)
        } else {
            MessagePackEncoder.append("value", to: &bytes)
            if sample.values.count > 1 {
                MessagePackEncoder.append(array: sample.values.count, to: &bytes)
            }
        }
        for (position, index) in sample.values.enumerated() {
            if let names = sample.channelNames {
                let name = batch.channelNames[names.lowerBound + position]
                MessagePackEncoder.append(
                    string: batch.text.span.extracting(name.range), to: &bytes)
            }
            MessagePackEncoder.append(number: batch.values[index], to: &bytes)
        }
        guard !sample.inputs.isEmpty else { return }
        MessagePackEncoder.append("inputs", to: &bytes)
        MessagePackEncoder.append(map: sample.inputs.count, to: &bytes)
        for index in sample.inputs {
            let name = batch.inputNames[index]
            MessagePackEncoder.append(string: batch.text.span.extracting(name.range), to: &bytes)
            MessagePackEncoder.append(number: batch.inputValues[index], to: &bytes)
        }
    }

    private func appendBinary(
        _ range: Range<Int>, _ batch: borrowing SampleBatch, _ sequence: UInt64,
        _ bytes: inout [UInt8]
    ) {
        let samples = batch.samples[range]
        var header = BinaryHeader()
        header.channels = UInt16(samples[range.lowerBound].values.count)
        header.count = UInt32(range.count)
        header.sequence = sequence
        let times = samples.compactMap(\.time)
        if times.count == samples.count { header.setTimes(times.span) }
        header.append(to: &bytes)
        if header.hasTimes {
            for time in times { bytes.append(littleEndian: time) }
        }
        for value in values(range, batch) { bytes.append(littleEndian: value.bitPattern) }
    }
}
