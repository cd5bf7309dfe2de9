import Series

extension Stream {
    /// What `init(name:…)` needs to read the rest.
    private static func codeHead(
        _ configuration: inout ModelConfiguration, _ channelCount: inout Int,
        _ channelNames: inout [[UInt8]], _ inputNames: inout [[UInt8]],
        _ looksAround: inout Bool, limit: Int,
        with coder: inout StateCoder
    ) throws(StateError) {
        try configuration.code(with: &coder)
        try coder.code(inputNames: &inputNames, upTo: Limits.numbersPerSample.upperBound)
        try coder.code(count: &channelCount)
        guard channelCount > 0 else { throw .wrongShape(expected: 1, got: 0) }
        guard channelCount <= limit else {
            throw .tooManyChannels(count: channelCount, limit: limit)
        }
        if coder.format > 3 { try coder.code(&looksAround) } else { looksAround = false }
        var isNamed = !channelNames.isEmpty
        try coder.code(&isNamed)
        guard isNamed else { return }
        if coder.isReading { channelNames = Array(repeating: [], count: channelCount) }
        for index in channelNames.indices {
            try coder.code(name: &channelNames[index])
        }
    }

    private mutating func codeTime(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&sequence, in: 0...UInt64(StateCoder.largestCount))
        try clock.code(with: &coder)
        for index in inputs.indices { try inputs[index].code(with: &coder) }
    }

    /// Writes the whole stream but its name.
    mutating func encode(with coder: inout StateCoder) throws(StateError) {
        var (configuration, channelCount, looksAround) = (
            configuration, channels.count, looksAround
        )
        var (channelNames, inputNames) = (channelNames, inputNames)
        try Self.codeHead(
            &configuration, &channelCount, &channelNames, &inputNames, &looksAround,
            limit: channelCount, with: &coder)
        try codeTime(with: &coder)
        for index in channels.indices { try channels[index].code(with: &coder) }
    }

    /// Reads what `encode` wrote, under the settings that the stream had then. The channels come
    /// one by one, so that bytes that promise more than they hold cost one of them.
    ///
    /// channelLimit: most channels.
    init(
        name: [UInt8], hash: UInt64, engineSeed: UInt64, channelLimit: Int,
        from coder: inout StateCoder
    ) throws(StateError) {
        var (configuration, channelCount, looksAround) = (ModelConfiguration(), 1, true)
        var (channelNames, inputNames) = ([[UInt8]](), [[UInt8]]())
        try Self.codeHead(
            &configuration, &channelCount, &channelNames, &inputNames, &looksAround,
            limit: channelLimit, with: &coder)
        var stream = Stream(
            name: name, hash: hash, engineSeed: engineSeed, configuration: configuration,
            channelNames: channelNames, inputNames: inputNames, channelCount: 0,
            looksAround: looksAround)
        let neighbours = looksAround ? Neighbours.count(channels: channelCount) : 0
        try stream.codeTime(with: &coder)
        for index in 0..<channelCount {
            stream.channels.append(
                ChannelModel(
                    configuration, neighbours: neighbours, inputs: stream.inputs.count,
                    generator: nil))
            try stream.channels[index].code(with: &coder)
        }
        stream.row = [Double](repeating: .nan, count: channelCount)
        self = stream
    }

    /// The same stream under other settings, with all that still fits. Which parts do not.
    func adapted(
        to new: ModelConfiguration, hash: UInt64, engineSeed: UInt64
    ) -> (stream: Stream, lost: Set<LostState>) {
        guard new != configuration else { return (self, []) }
        var stream = Stream(
            name: name, hash: hash, engineSeed: engineSeed, configuration: new,
            channelNames: channelNames, inputNames: inputNames, channelCount: channels.count,
            looksAround: looksAround)
        let isNetKept = configuration.keepsNet(under: new)
        var lost: Set<LostState> = []
        for index in channels.indices {
            var channel = channels[index]
            // Weights are those of other inputs.
            if stream.inputNames != inputNames { channel.experts.arx = nil }
            stream.channels[index].keep(channel, isNetKept: isNetKept, lost: &lost)
        }
        for (index, name) in stream.inputNames.enumerated() {
            guard let place = inputNames.firstIndex(of: name) else { continue }
            stream.inputs[index] = inputs[place]
        }
        stream.sequence = sequence
        stream.clock = clock
        return (stream, lost)
    }
}
