import Series

/// Reads the states of streams as a forecaster would, on any thread, for that to take in.
package struct StateDecoder: Sendable {
    let rules: [ModelRule]
    let seed: UInt64
    let limits: Limits

    /// The stream as it was. When its settings have changed, what still fits is kept.
    package func decode(
        name: Span<UInt8>, from bytes: RawSpan
    ) throws(StateError) -> DecodedStream {
        adapted(
            try Forecaster.stream(name: name, from: bytes, channelLimit: limits.valuesPerSample))
    }

    /// The stream under the settings that it has here.
    func adapted(_ old: Stream) -> DecodedStream {
        let name = old.name
        let hash = StreamName.hash(name.span)
        let rule = rules.firstMatch(for: name.span)
        let configuration = rules[rule].configuration
        let (stream, lost) = old.adapted(to: configuration, hash: hash, engineSeed: seed)
        return DecodedStream(
            stream: stream, hash: hash, rule: rule,
            isChanged: configuration != old.configuration,
            lost: LostState.allCases.filter(lost.contains).map(\.rawValue))
    }
}

/// A stream that has been read, on its way into a forecaster.
package struct DecodedStream: Sendable {
    let stream: Stream
    let hash: UInt64
    let rule: Int
    /// Whether its settings have.
    let isChanged: Bool
    let lost: [String]
}

extension Forecaster {
    /// Reads what this forecaster's `snapshot` wrote, or one of other settings.
    package var stateDecoder: StateDecoder {
        StateDecoder(rules: rules, seed: seed, limits: limits)
    }

    /// Takes in a stream that this forecaster's `stateDecoder` has read; replaces the one of that
    /// name.
    package mutating func insert(_ decoded: consuming DecodedStream) throws(StateError) -> Restored
    {
        let name = decoded.stream.name
        let known = table.index(of: name.span, hash: decoded.hash)
        let bytes = sizes[decoded.rule].bytes(
            channels: decoded.stream.channels.count, inputs: decoded.stream.inputNames.count)
        if known == nil, !hasRoom(bytes: bytes) { throw .tooManyStreams }
        let position = known ?? add(decoded.stream, hash: decoded.hash, rule: decoded.rule)
        if known != nil { replace(position, with: decoded.stream, rule: decoded.rule) }
        isChanged[position] = decoded.isChanged
        let index = StreamIndex(position: position)
        return decoded.lost.isEmpty ? .exact(index) : .partial(index, lost: decoded.lost)
    }
}
