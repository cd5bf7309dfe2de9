import Series

/// Streams as bytes: everything that decides a future forecast, exactly. A restored stream that is
/// fed the same samples publishes, bit for bit, what the uninterrupted one does.
///
///     "FTST", u32 format, then what the `code(with:)` of `Stream` and its parts say
///
/// A snapshot may be taken at any time, between `observe` and `train` too. The name is not in it,
/// so that a stream can go on under another one.
extension Forecaster {
    /// The version of the encoding. Older ones are read for ever (Tests/ForecastingTests/Golden),
    /// newer ones refused.
    package static var stateFormat: UInt32 { 6 }

    static let magic = [UInt8]("FTST".utf8)

    /// A number that changes with any setting that decides the stream's forecasts: those of its
    /// model rule, and the seed.
    package func settingsSignature(of stream: StreamIndex) -> UInt64 {
        Self.settingsSignature(of: streams[stream.position].configuration, seed: seed)
    }

    /// The same for a stream of that configuration.
    package static func settingsSignature(
        of configuration: ModelConfiguration, seed: UInt64
    ) -> UInt64 {
        var (configuration, seed) = (configuration, seed)
        var coder = StateCoder(appendingTo: [])
        write(with: &coder) { coder throws(StateError) in
            try configuration.code(with: &coder)
            try coder.code(&seed)
        }
        return StreamName.hash(coder.bytes.span)
    }

    /// Appends the stream's state to `bytes`.
    package func snapshot(of stream: StreamIndex, into bytes: inout [UInt8]) {
        Self.snapshot(of: streams[stream.position], into: &bytes)
    }

    /// Adds the stream of that name as it was, or replaces the one there is. When its settings have
    /// changed, what still fits is kept; the result says what was not. Bytes that are no state
    /// change nothing.
    package mutating func restore(
        name: Span<UInt8>, from bytes: RawSpan
    ) throws(StateError) -> Restored {
        guard StreamName.fault(in: name) == nil else { throw .invalidName }
        let known = table.index(of: name, hash: StreamName.hash(name))
        if known == nil, table.count >= limits.maxStreams { throw .tooManyStreams }
        return try insert(stateDecoder.decode(name: name, from: bytes))
    }

    /// The streams that have taken a sample, or were restored under other settings, since their
    /// last `clearChange`, in the order of their indices.
    package var changedStreams: [StreamIndex] {
        isChanged.indices.filter { isChanged[$0] }.map(StreamIndex.init(position:))
    }

    /// Whether the stream is one of `changedStreams`.
    package func hasChanged(_ stream: StreamIndex) -> Bool { isChanged[stream.position] }

    /// What the stream is now is in a snapshot.
    package mutating func clearChange(of stream: StreamIndex) {
        isChanged[stream.position] = false
    }

    /// What the stream is now is in no snapshot any more.
    package mutating func noteChange(of stream: StreamIndex) { isChanged[stream.position] = true }

    /// The same of all streams and nets.
    package mutating func noteChanges() {
        noteNetChanges(true)
        for stream in allStreams { isChanged[stream.position] = true }
    }

    /// No stream is among `changedStreams`, and no net has changed.
    package mutating func clearChanges() {
        noteNetChanges(false)
        for position in isChanged.indices { isChanged[position] = false }
    }

    /// Magic and format, written or checked.
    static func codeHead(
        _ magic: [UInt8] = magic, with coder: inout StateCoder
    ) throws(StateError) {
        var found = magic
        for index in found.indices { try coder.code(&found[index]) }
        guard found == magic else { throw .wrongMagic }
        let offset = coder.position
        var format = stateFormat
        try coder.code(&format)
        if format > stateFormat { throw .newerFormat(format) }
        if format == 0 { throw .outOfRange(offset: offset) }
        coder.format = format
    }

    /// Writing cannot fail: what is checked is checked while reading.
    static func write(
        with coder: inout StateCoder,
        _ body: (inout StateCoder) throws(StateError) -> Void
    ) {
        do {
            try body(&coder)
        } catch {
            preconditionFailure("the state of a working stream: \(error)")
        }
    }
}
