import Series

/// Finds the samples in a document: the shapes of docs/wire-format.md, the same for JSON and
/// MessagePack.
///
/// One bad sample in an array is left out and counted, its neighbours stay. A bad document, or a
/// single bad sample, is an error.
struct ShapeReader {
    private let limits: Limits
    private var pack = Pack()
    /// What was left out of the newest document.
    private(set) var rejections = Rejections()
    /// A name put together: SenML's base name and name, or an integer's digits.
    private var joinedName: [UInt8] = []
    /// The inputs of the message's batches: fewer than its tokens.
    private var columns: [InputReader.Column] = []

    /// What holds for all records of one message.
    struct Pack {
        var isSenML = false
        /// SenML's base name, base time and base value: indexes of tokens.
        var baseName: Int?
        var baseTime: Int?
        var baseValue: Int?
        /// The name of streams without one, kept once it is needed.
        var fallback: Name?
    }

    struct Name {
        let text: Sample.TextRange
        let hash: UInt64
    }

    /// What a batch gives to its elements.
    private struct Parent {
        let name: Name
        /// A range of `columns`, whose values at the element's position are its inputs.
        let columns: Range<Int>
        var position = 0
    }

    init(limits: Limits) {
        self.limits = limits
    }

    /// Appends the document's samples to an empty batch.
    ///
    /// - Parameter topic: the name of streams without one.
    mutating func read(
        _ document: borrowing Document, topic: Span<UInt8>, into batch: inout SampleBatch
    ) throws(WireError) {
        pack = Pack()
        if !columns.isEmpty { columns.removeAll(keepingCapacity: true) }
        switch document[0] {
        case .map:
            try readObject(document, 0, nil, topic, &batch)
        case .array(let count, _):
            readElements(document, from: 1, count: count, nil, topic, &batch)
        default: throw .shape
        }
    }

    /// Nothing is left out of the next document so far.
    mutating func forgetRejections() {
        if !rejections.isEmpty { rejections = Rejections() }
    }

    /// The elements of an array; the bad ones are left out.
    ///
    /// - Parameter parent: the batch that the elements are a part of, where rows may stand in for
    ///   objects.
    private mutating func readElements(
        _ document: borrowing Document, from first: Int, count: Int, _ parent: Parent?,
        _ topic: Span<UInt8>, _ batch: inout SampleBatch
    ) {
        var index = first
        var parent = parent
        for position in 0..<count {
            parent?.position = position
            do throws(WireError) {
                if let parent, case .array(let parts, _) = document[index] {
                    try readRow(document, index, parts: parts, parent, &batch)
                } else {
                    try readObject(document, index, parent, topic, &batch)
                }
            } catch {
                reject(error, &batch)
            }
            index = document.end(of: index)
        }
    }

    private mutating func reject(_ error: WireError, _ batch: inout SampleBatch) {
        rejections.add(error)
        batch.discardOpenSample()
    }

    /// One object: a sample, or a batch of one stream. Throws before its first sample or not at
    /// all.
    ///
    /// - Parameter parent: the batch that the object is a part of.
    private mutating func readObject(
        _ document: borrowing Document, _ map: Int, _ parent: Parent?, _ topic: Span<UInt8>,
        _ batch: inout SampleBatch
    ) throws(WireError) {
        guard case .map = document[map] else { throw .shape }
        let record = Record(document, map: map)
        if record.isSenML { pack.isSenML = true }
        pack.baseName = record.baseName ?? pack.baseName
        pack.baseTime = record.baseTime ?? pack.baseTime
        pack.baseValue = record.baseValue ?? pack.baseValue

        if let samples = record.samples {
            // [[ts, value], …], or objects without a name of their own.
            guard case .array(let count, _) = document[samples] else { throw .shape }
            let name = try name(of: record, document, parent?.name, topic, &batch)
            let own = try readColumns(of: record, document, samples: count, name, &batch)
            readElements(document, from: samples + 1, count: count, own, topic, &batch)
        } else if let values = record.values, record.start != nil || record.step != nil,
            case .array(let count, _) = document[values]
        {
            let clock = try Clock(record, document, count: count)
            let name = try name(of: record, document, parent?.name, topic, &batch)
            let own = try readColumns(of: record, document, samples: count, name, &batch)
            readSeries(document, values, clock, own, &batch)
        } else if let value = record.value ?? record.values {
            let channels = try ChannelReader(limits: limits).read(document, value, into: &batch)
            if let base = pack.baseValue, channels == 1 {
                batch.addToOpenValue(document.number(at: base) ?? 0)
            }
            if let inputs = record.inputs {
                try InputReader(limits: limits).read(
                    document, inputs, channels: channels, into: &batch)
            } else if let parent {
                try readInputs(document, parent, channels: channels, &batch)
            }
            let time = try time(of: record, document)
            let name = try name(of: record, document, parent?.name, topic, &batch)
            batch.appendSample(name: name.text, nameHash: name.hash, time: time)
        } else if !pack.isSenML {
            // A SenML record without v only sets base fields, or holds text or a boolean.
            throw .noValue
        }
    }

    /// `[ts, value]`, `[ts, first, second, …]` or `[ts, [first, second, …]]`.
    private func readRow(
        _ document: borrowing Document, _ row: Int, parts: Int, _ parent: Parent,
        _ batch: inout SampleBatch
    ) throws(WireError) {
        guard parts >= 2 else { throw .shape }
        let time = try document.time(at: row + 1)
        let reader = ChannelReader(limits: limits)
        let first = document.end(of: row + 1)
        let channels =
            parts == 2
            ? try reader.read(document, first, into: &batch)
            : try reader.read(document, count: parts - 1, from: first, into: &batch)
        try readInputs(document, parent, channels: channels, &batch)
        batch.appendSample(name: parent.name.text, nameHash: parent.name.hash, time: time)
    }

    /// `"t0": …, "dt": …, "values": […]`: a left out value leaves its place in time empty.
    private mutating func readSeries(
        _ document: borrowing Document, _ values: Int, _ clock: Clock, _ parent: Parent,
        _ batch: inout SampleBatch
    ) {
        guard case .array(let count, _) = document[values] else { return }
        let reader = ChannelReader(limits: limits)
        let name = parent.name
        var index = values + 1
        var parent = parent
        for position in 0..<count {
            parent.position = position
            do throws(WireError) {
                let time = try clock.time(at: position)
                let channels = try reader.read(document, index, into: &batch)
                try readInputs(document, parent, channels: channels, &batch)
                batch.appendSample(name: name.text, nameHash: name.hash, time: time)
            } catch {
                reject(error, &batch)
            }
            index = document.end(of: index)
        }
    }

    /// A batch of that name with the record's inputs, an array for each of them.
    private mutating func readColumns(
        of record: Record, _ document: borrowing Document, samples: Int, _ name: Name,
        _ batch: inout SampleBatch
    ) throws(WireError) -> Parent {
        let first = columns.count
        if let inputs = record.inputs {
            try InputReader(limits: limits).readColumns(
                document, inputs, samples: samples, into: &columns, &batch)
        }
        return Parent(name: name, columns: first..<columns.count)
    }

    /// The inputs that a batch has for the element at its position.
    private func readInputs(
        _ document: borrowing Document, _ parent: Parent, channels: Int,
        _ batch: inout SampleBatch
    ) throws(WireError) {
        guard !parent.columns.isEmpty else { return }
        try InputReader(limits: limits).read(
            document, columns[parent.columns], row: parent.position, channels: channels,
            into: &batch)
    }

    @inline(__always)
    private func time(of record: Record, _ document: borrowing Document) throws(WireError) -> Int64?
    {
        if pack.isSenML {
            return try document.senMLTime(at: record.time, base: pack.baseTime)
        }
        guard let index = record.time else { return nil }
        return try document.time(at: index)
    }

    /// The record's own name behind the pack's base name, else the batch's, else the topic.
    @inline(__always)
    private mutating func name(
        of record: Record, _ document: borrowing Document, _ inherited: Name?,
        _ topic: Span<UInt8>, _ batch: inout SampleBatch
    ) throws(WireError) -> Name {
        if let index = record.name, pack.baseName == nil, case .string(let range) = document[index]
        {
            return try keep(document.string(range), &batch)
        }
        joinedName.removeAll(keepingCapacity: true)
        if let index = pack.baseName { try append(document, index) }
        if let index = record.name { try append(document, index) }
        if !joinedName.isEmpty { return try keep(joinedName.span, &batch) }
        if let inherited { return inherited }
        if let fallback = pack.fallback { return fallback }
        let name = try keep(topic, &batch)
        pack.fallback = name
        return name
    }

    private mutating func append(_ document: borrowing Document, _ index: Int) throws(WireError) {
        switch document[index] {
        case .null: break
        case .string(let range): joinedName.append(document.string(range))
        case .integer(let number):
            if number < 0 { joinedName.append(UInt8(ascii: "-")) }
            Number.append(number.magnitude, to: &joinedName)
        default: throw .streamName(.notUTF8)
        }
    }

    @inline(__always)
    private func keep(_ bytes: Span<UInt8>, _ batch: inout SampleBatch) throws(WireError) -> Name {
        do {
            return Name(text: try batch.addName(bytes), hash: StreamName.hash(bytes))
        } catch {
            throw .streamName(error)
        }
    }
}
