import Series

/// Single streams, apart from their samples.
extension Forecaster {
    /// Reads what `snapshot` wrote, under the settings that the stream had then.
    /// - Parameter channelLimit: most channels.
    package static func stream(
        name: Span<UInt8>, from bytes: RawSpan, channelLimit: Int
    ) throws(StateError) -> Stream {
        guard StreamName.fault(in: name) == nil else { throw .invalidName }
        var coder = StateCoder(reading: bytes)
        try codeHead(with: &coder)
        // The seed only fills what the state then has.
        let stream = try Stream(
            name: [UInt8](copying: name), hash: StreamName.hash(name), engineSeed: 0,
            channelLimit: channelLimit, from: &coder)
        try coder.finish()
        return stream
    }

    /// Appends the state of a stream on its own, as `snapshot` writes it.
    package static func snapshot(of stream: Stream, into bytes: inout [UInt8]) {
        var own: [UInt8] = []
        swap(&own, &bytes)
        var coder = StateCoder(appendingTo: own)
        // A copy, of which nothing is changed: the arrays stay shared.
        var stream = stream
        write(with: &coder) { coder throws(StateError) in
            try codeHead(with: &coder)
            try stream.encode(with: &coder)
        }
        swap(&bytes, &coder.bytes)
    }

    /// The streams in memory from a position on, `limit` at most, and where to go on; nil at the
    /// end. Each stream that is there all the while is in exactly one page.
    package func page(from position: Int, limit: Int) -> (streams: [StreamIndex], next: Int?) {
        var page: [StreamIndex] = []
        for index in streams.indices.dropFirst(position) where !streams[index].name.isEmpty {
            if page.count == limit { return (page, index) }
            page.append(StreamIndex(position: index))
        }
        return (page, nil)
    }

    /// Adds a stream that was read apart from this forecaster, or replaces the one of its name.
    /// What its settings have no more use for is in the result.
    package mutating func adopt(_ old: Stream) throws(StateError) -> Restored {
        guard old.channels.count <= limits.valuesPerSample else {
            throw .tooManyChannels(count: old.channels.count, limit: limits.valuesPerSample)
        }
        let restored = try insert(stateDecoder.adapted(old))
        isChanged[restored.stream.position] = true
        return restored
    }

    /// The stream is as a new one of its name with the same channels and inputs; its sequence
    /// numbers go on. It does not count as one that begins.
    package mutating func reset(_ stream: StreamIndex) {
        let position = stream.position
        let name = streams[position].name
        let rule = rules.firstMatch(for: name.span)
        let fresh = streams[position].reset(under: rules[rule], engineSeed: seed)
        replace(position, with: fresh, rule: rule)
    }

    mutating func replace(_ position: Int, with stream: Stream, rule: Int) {
        keepForCopy(position)
        streams[position] = stream
        joinNet(position, rule: rule)
        (ruleOfStream[position], generationOfStream[position]) = (rule, generation)
        isChanged[position] = true
        let bytes = sizes[rule].bytes(
            channels: stream.channels.count, inputs: stream.inputNames.count)
        memoryBytes += bytes - bytesOfStream[position]
        bytesOfStream[position] = bytes
    }
}
