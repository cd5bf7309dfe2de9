import Series
import Testing
import Wire

/// One sample in a form that tests compare: nil for a missing value.
struct DecodedSample: Equatable {
    struct Input: Equatable {
        var name: String
        var value: Double?

        init(_ name: String, _ value: Double?) {
            self.name = name
            self.value = value
        }
    }

    var stream: String
    var time: Int64?
    var values: [Double?]
    var channels: [String] = []
    var inputs: [Input] = []

    init(
        _ stream: String, _ time: Int64?, _ values: [Double?], channels: [String] = [],
        inputs: [Input] = []
    ) {
        self.stream = stream
        self.time = time
        self.values = values
        self.channels = channels
        self.inputs = inputs
    }

    init(_ sample: Sample, in batch: SampleBatch) {
        func text(_ range: Sample.TextRange) -> String {
            String(decoding: batch.text[range.range], as: UTF8.self)
        }
        stream = text(sample.name)
        time = sample.time
        values = batch.values[sample.values].map { $0.isNaN ? nil : $0 }
        channels = sample.channelNames.map { batch.channelNames[$0].map(text) } ?? []
        inputs = sample.inputs.map { index in
            let value = batch.inputValues[index]
            return Input(text(batch.inputNames[index]), value.isNaN ? nil : value)
        }
    }
}

/// The samples of one message, read by a decoder of its own.
func decode(
    _ payload: [UInt8], topic: String? = nil, format: InputFormat = .auto,
    limits: Limits = Limits()
) throws(WireError) -> [DecodedSample] {
    try decodeAll(payload, topic: topic, format: format, limits: limits).samples
}

func decode(
    _ payload: String, topic: String? = nil, format: InputFormat = .auto,
    limits: Limits = Limits()
) throws(WireError) -> [DecodedSample] {
    try decode(Array(payload.utf8), topic: topic, format: format, limits: limits)
}

func decodeAll(
    _ payload: [UInt8], topic: String? = nil, format: InputFormat = .auto,
    limits: Limits = Limits()
) throws(WireError) -> (samples: [DecodedSample], rejections: Rejections) {
    var decoder = Decoder(format: format, limits: limits)
    var batch = SampleBatch()
    if let topic {
        let topicBytes = Array(topic.utf8)
        try decoder.decode(
            topic: topicBytes.span, payload: payload.span, into: &batch)
    } else {
        try decoder.decode(topic: nil, payload: payload.span, into: &batch)
    }
    for sample in batch.samples {
        let hash = StreamName.hash(batch.text.span.extracting(sample.name.range))
        #expect(sample.nameHash == hash)
    }
    return (batch.samples.map { DecodedSample($0, in: batch) }, decoder.rejections)
}

/// The error of a message, nil when it was read.
func failure(
    _ payload: String, topic: String? = nil, format: InputFormat = .auto,
    limits: Limits = Limits()
) -> WireError? {
    do {
        _ = try decode(payload, topic: topic, format: format, limits: limits)
        return nil
    } catch {
        return error
    }
}

func failure(_ payload: [UInt8], topic: String? = nil, format: InputFormat = .auto) -> WireError? {
    do {
        _ = try decode(payload, topic: topic, format: format)
        return nil
    } catch {
        return error
    }
}

/// Bytes of hexadecimal digits; spaces are skipped.
func bytes(hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { index in
        UInt8(digits[index] << 4 | digits[index + 1])
    }
}
