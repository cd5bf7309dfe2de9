package import Series

/// Bytes of a feed to samples: all formats of docs/wire-format.md. Whatever comes in, the result
/// is samples or an error; nothing is allocated once its buffers have grown to the feed's messages.
package struct Decoder: ~Copyable {
    private let format: InputFormat
    private let limits: Limits
    private var json = JSONParser()
    private var messagePack = MessagePackParser()
    private var shapes: ShapeReader
    private let numbers: NumericReader
    private let defaultName = [UInt8]("default".utf8)
    /// What was left out of the newest message.
    package var rejections: Rejections { shapes.rejections }
    /// Mutating, though nothing is changed: asked of each message, it would be a copy's.
    package var hasRejections: Bool {
        mutating get { !shapes.rejections.isEmpty }
    }
    /// Lost messages and restarted publishers, from third frames and from TSB1.
    package private(set) var sequences: SequenceTracker

    package init(format: InputFormat, limits: Limits) {
        self.format = format
        self.limits = limits
        shapes = ShapeReader(limits: limits)
        numbers = NumericReader(limits: limits)
        sequences = SequenceTracker(topicLimit: limits.maxStreams)
    }

    /// Puts the samples of one message into `batch`, in place of those it has. Throws, with an
    /// empty batch, when nothing of the message can be used; what is left out of a batch with some
    /// bad samples is in `rejections`.
    package mutating func decode(
        _ frames: borrowing Frames, into batch: inout SampleBatch
    ) throws(WireError) {
        batch.removeAll()
        shapes.forgetRejections()
        var isSequenced = false
        if let topic = frames.topic, let sequence = frames.sequence {
            try track(sequence, topic: topic)
            isSequenced = true
        }
        do throws(WireError) {
            if let topic = frames.topic, topic.count > 0 {
                let source = Source(name: topic, isSingleFrame: false, isSequenced: isSequenced)
                return try decode(frames.payload, from: source, into: &batch)
            }
            let defaultName = self.defaultName
            let source = Source(
                name: defaultName.span, isSingleFrame: frames.topic == nil,
                isSequenced: isSequenced)
            return try decode(frames.payload, from: source, into: &batch)
        } catch {
            batch.removeAll()
            throw error
        }
    }

    /// The same for a message without a sequence frame.
    package mutating func decode(
        topic: Span<UInt8>?, payload: Span<UInt8>, into batch: inout SampleBatch
    ) throws(WireError) {
        if let topic {
            return try decode(Frames(topic: topic, payload: payload), into: &batch)
        }
        return try decode(Frames(payload: payload), into: &batch)
    }

    /// What the frames around a payload say.
    private struct Source: ~Escapable {
        /// The topic, or `default`: the stream of samples that do not say.
        let name: Span<UInt8>
        let isSingleFrame: Bool
        let isSequenced: Bool

        @_lifetime(copy name)
        init(name: Span<UInt8>, isSingleFrame: Bool, isSequenced: Bool) {
            self.name = name
            self.isSingleFrame = isSingleFrame
            self.isSequenced = isSequenced
        }
    }

    private mutating func track(
        _ sequence: Span<UInt8>, topic: Span<UInt8>
    ) throws(WireError) {
        switch sequence.count {
        case 4:
            let number = UInt64(sequence.littleEndian(at: 0, as: UInt32.self))
            sequences.observe(number, width: .bytes4, topic: topic)
        case 8:
            let number = sequence.littleEndian(at: 0, as: UInt64.self)
            sequences.observe(number, width: .bytes8, topic: topic)
        default: throw .sequenceFrame(bytes: sequence.count)
        }
    }

    private mutating func decode(
        _ payload: Span<UInt8>, from source: borrowing Source, into batch: inout SampleBatch
    ) throws(WireError) {
        guard payload.count <= limits.messageBytes else {
            throw .tooLarge(bytes: payload.count, limit: limits.messageBytes)
        }
        guard payload.count > 0 else { throw .empty }
        let name = source.name
        switch format {
        case .float64: try numbers.readRaw(payload, .float64, topic: name, into: &batch)
        case .float32: try numbers.readRaw(payload, .float32, topic: name, into: &batch)
        default:
            // Protocols 2 to 5 start so; in MessagePack it would be an empty map and a rest.
            if payload.count > 1, payload[0] == 0x80, (2...5).contains(payload[1]) { throw .pickle }
            switch format == .auto ? Self.format(of: payload) : format {
            case .json: return try decodeJSON(payload, from: source, into: &batch)
            case .messagePack:
                let document = try messagePack.parse(payload)
                return try shapes.read(document, topic: name, into: &batch)
            case .binary: try decodeBinary(payload, from: source, into: &batch)
            default: return try decodeText(payload, from: source, into: &batch)
            }
        }
    }

    /// What the first bytes look like; anything else is text, which may start with a topic.
    private static func format(of payload: Span<UInt8>) -> InputFormat {
        switch payload[0] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return .json
        case 0x80...0x9f, 0xdc...0xdf: return .messagePack
        case UInt8(ascii: "T"):
            // The byte behind the magic is the kind; in text, a letter or a space.
            let isBinary =
                payload.count >= 4 && payload.extracting(0..<4).isEqual(to: "TSB1")
                && (payload.count == 4 || payload[4] < 0x20)
            return isBinary ? .binary : .text
        default:
            let text = jsonText(payload)
            return text.count > 0 && Self.startsJSON(text[0]) ? .json : .text
        }
    }

    private static func startsJSON(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
    }

    /// Without white space around it, a byte order mark before it, or C's zero byte behind it.
    @_lifetime(copy payload)
    private static func jsonText(_ payload: Span<UInt8>) -> Span<UInt8> {
        if startsJSON(payload[0]), payload[payload.count - 1] > 0x20 { return payload }
        let hasMark =
            payload.count >= 3 && payload[0] == 0xef && payload[1] == 0xbb && payload[2] == 0xbf
        return payload.extracting((hasMark ? 3 : 0)..<payload.count).trimmed()
    }

    /// A document, or in a single frame a topic, a space and a document.
    private mutating func decodeJSON(
        _ payload: Span<UInt8>, from source: borrowing Source, into batch: inout SampleBatch
    ) throws(WireError) {
        let text = Self.jsonText(payload)
        guard text.count > 0 else { throw .empty }
        if source.isSingleFrame, !Self.startsJSON(text[0]), let start = Self.embeddedJSON(in: text)
        {
            let prefix = text.extracting(0..<(start - 1))
            let rest = text.extracting(start..<text.count)
            return try Self.read(rest, topic: prefix, with: &json, &shapes, into: &batch)
        }
        return try Self.read(text, topic: source.name, with: &json, &shapes, into: &batch)
    }

    /// Takes the two apart, because a document holds on to the parser that it comes from.
    private static func read(
        _ text: Span<UInt8>, topic: Span<UInt8>, with json: inout JSONParser,
        _ shapes: inout ShapeReader, into batch: inout SampleBatch
    ) throws(WireError) {
        let document = try json.parse(text)
        return try shapes.read(document, topic: topic, into: &batch)
    }

    /// The first `{` or `[` behind a space.
    private static func embeddedJSON(in text: Span<UInt8>) -> Int? {
        guard text.count > 1 else { return nil }
        for index in 1..<text.count {
            if text[index - 1] == UInt8(ascii: " "), startsJSON(text[index]) {
                return index > 1 ? index : nil
            }
        }
        return nil
    }

    private mutating func decodeBinary(
        _ payload: Span<UInt8>, from source: borrowing Source, into batch: inout SampleBatch
    ) throws(WireError) {
        let header = try BinaryHeader(payload)
        guard header.kind == .samples else { throw .binaryHeader(.kind) }
        guard payload.count == header.messageBytes else {
            throw .size(needed: header.messageBytes, got: payload.count)
        }
        try numbers.readBinary(payload, header, topic: source.name, into: &batch)
        if !source.isSequenced, header.count > 0 {
            let count = UInt64(header.count)
            sequences.observe(header.sequence, count: count, width: .bytes8, topic: source.name)
        }
    }

    /// A number; in a single frame also `topic 21.5`, split at the last space, or a topic and JSON.
    private mutating func decodeText(
        _ payload: Span<UInt8>, from source: borrowing Source, into batch: inout SampleBatch
    ) throws(WireError) {
        let text = payload.trimmed()
        guard text.count > 0 else { throw .empty }
        if try numbers.readText(text, topic: source.name, into: &batch) { return }
        if source.isSingleFrame {
            var space = text.count - 1
            while space > 0, text[space] != UInt8(ascii: " ") { space -= 1 }
            let prefix = text.extracting(0..<space).trimmed()
            let last = text.extracting(space..<text.count).trimmed()
            if prefix.count > 0, try numbers.readText(last, topic: prefix, into: &batch) {
                return
            }
            if format == .auto, Self.embeddedJSON(in: text) != nil {
                return try decodeJSON(payload, from: source, into: &batch)
            }
        }
        throw .unrecognised(firstByte: payload[0])
    }
}
