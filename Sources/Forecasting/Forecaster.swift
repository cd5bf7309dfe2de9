package import Series

/// Forecasts many streams, each on its own: what one stream gets does not depend on the others, but
/// for those with which it shares a net (`SharedNet`).
///
///     forecaster.observe(sample, …, into: &forecast)   → publish `forecast`
///     forecaster.train(stream)                          when the observation says so
///
/// Deterministic: the same samples give the same bits, whatever else is in the feed. A stream's
/// memory is taken when its first sample comes, and nothing after that. Which streams are in memory
/// is in Residence/Forecaster+Residence.swift.
package struct Forecaster: ~Copyable {
    package internal(set) var counters = Counters()
    var rules: [ModelRule]
    package let seed: UInt64
    var limits: Limits
    /// Whether a stream can leave memory, since its state is kept elsewhere.
    package var hasStore = false
    var table = StreamTable()
    /// By index; one without a name where a stream has left.
    var streams: [Stream] = []
    /// By stream: the rule it came under.
    var ruleOfStream: [Int] = []
    /// By stream: its place in the lot that it is lent to (Lots/Lot.swift), −1 when it is here.
    var loanOfStream: [Int32] = []
    /// By stream: the generation of `rules` that `ruleOfStream` is an index into.
    var generationOfStream: [UInt32] = []
    var generation: UInt32 = 0
    /// Under way or done: what `change(rules:limits:)` set going.
    var adaptation = Adaptation()
    /// A partition that is being copied (Forecaster+Copy.swift).
    var copying = Copying()
    /// By stream: whether it differs from its last snapshot (Forecaster+State.swift).
    var isChanged: [Bool] = []
    var idleOrder = IdleOrder()
    /// Names that are not in memory, and have a state in the store. One of another name may have
    /// the same hash: what is there of a stream says the store, by its name.
    var stored = HashBag()
    /// A name of which the store has said that there is nothing.
    var absent: [UInt8] = []
    var newcomers = Newcomers()
    /// About what the streams take, and each of them (`bytes(of:channels:)`).
    package internal(set) var memoryBytes = 0
    var bytesOfStream: [Int] = []
    /// By rule: what its streams take.
    var sizes: [StreamSizes]
    /// By rule, then by partition: the nets that streams share (Forecaster+Nets.swift).
    var nets: [[SharedNet?]]
    /// By rule: what its models need while they work.
    var workspaces: [Workspace]

    /// The first rule that matches a stream's name configures it; streams that none matches get
    /// the default configuration. Every configuration is in range (`ModelConfiguration.fault`).
    package init(rules: [ModelRule], seed: UInt64, limits: Limits) {
        self.rules = rules + [ModelRule()]
        self.seed = seed
        self.limits = limits
        workspaces = self.rules.map { rule in
            precondition(rule.configuration.fault == nil)
            return Workspace(rule.configuration)
        }
        sizes = self.rules.map { StreamSizes($0.configuration) }
        nets = self.rules.map(Self.room)
    }

    /// Streams held at present.
    package var streamCount: Int { table.count }

    /// The stream at an index, as a value of its own.
    package func stream(_ index: StreamIndex) -> Stream { streams[index.position] }

    /// A stream's name, UTF-8.
    package func name(of index: StreamIndex) -> [UInt8] { streams[index.position].name }

    /// The index of a stream by its name.
    package func index(of name: Span<UInt8>) -> StreamIndex? {
        table.index(of: name, hash: StreamName.hash(name)).map(StreamIndex.init(position:))
    }

    /// Forecast first: fills `forecast` (reused) for one sample, or says why there is none.
    ///
    /// arrivalTime: nanoseconds since 1970 UTC, used where the sample has no time of its own.
    package mutating func observe(
        _ sample: Sample, in batch: borrowing SampleBatch, arrivalTime: Int64,
        into forecast: inout Forecast
    ) -> Observation {
        let position: Int
        switch place(sample, in: batch) {
        case .stream(let stream): position = stream.position
        case .needs(let need): return .needs(need)
        case .rejected(let reason): return .rejected(reason)
        }
        let rule = ruleOfStream[position]
        exchangeNet(position, rule)
        let rejection = streams[position].observe(
            sample, in: batch, arrivalTime: arrivalTime, workspace: &workspaces[rule],
            counters: &counters, into: &forecast)
        exchangeNet(position, rule)
        if let rejection {
            counters[rejection] += 1
            return .rejected(rejection)
        }
        return .forecast(
            StreamIndex(position: position), updateIsDue: streams[position].updateIsDue)
    }

    /// The sample's stream, which has now had it as far as other streams are concerned; the caller
    /// has it observed. The first half of `observe`.
    package mutating func place(
        _ sample: Sample, in batch: borrowing SampleBatch
    ) -> Placement {
        let position: Int
        switch find(sample, in: batch) {
        case .found(let found): position = found
        case .needs(let need): return .needs(need)
        case .rejected(let reason):
            refuse(reason)
            return .rejected(reason)
        }
        counters.samples += 1
        idleOrder.touch(position, at: counters.samples)
        if generationOfStream[position] != generation { adapt(position) }
        keepForCopy(position)
        isChanged[position] = true
        return .stream(StreamIndex(position: position))
    }

    /// Then train: the update that the observation made due, if any. After publishing.
    package mutating func train(_ stream: StreamIndex) {
        if generationOfStream[stream.position] != generation { adapt(stream.position) }
        let rule = ruleOfStream[stream.position]
        keepForCopy(stream.position)
        isChanged[stream.position] = true
        exchangeNet(stream.position, rule)
        streams[stream.position].train(&workspaces[rule], counters: &counters)
        exchangeNet(stream.position, rule)
    }

    /// The forecast that stands, with so many values ahead; nil before there was one.
    package mutating func newestForecast(of stream: StreamIndex, horizon: Int) -> Forecast? {
        let rule = ruleOfStream[stream.position]
        exchangeNet(stream.position, rule)
        defer { exchangeNet(stream.position, rule) }
        return streams[stream.position].newestForecast(
            horizon: horizon, workspace: &workspaces[rule])
    }

    private enum Found {
        case found(Int)
        case needs(Need)
        case rejected(Rejection)
    }

    /// The sample's stream; a new one when its name is new.
    private mutating func find(_ sample: Sample, in batch: borrowing SampleBatch) -> Found {
        if sample.values.isEmpty { return .rejected(.empty) }
        if sample.numberCount > limits.valuesPerSample { return .rejected(.tooManyValues) }
        let name = batch.text.span.extracting(sample.name.range)
        if let index = table.index(of: name, hash: sample.nameHash) { return .found(index) }
        if stored.contains(sample.nameHash), !name.equals(absent) { return .needs(.state) }
        let rule = rules.firstMatch(for: name)
        let named = rules[rule].configuration.inputs
        let bytes =
            sizes[rule].bytes(
                channels: sample.values.count,
                inputs: named.isEmpty ? sample.inputs.count : named.count)
            + missingNetBytes(rule, partition: StreamPartition.of(sample.nameHash))
        if hasRoom(bytes: bytes) {
            return .found(makeStream(name, rule: rule, for: sample, in: batch))
        }
        if let refusal = missesRoom(sample.nameHash, bytes: bytes) { return .rejected(refusal) }
        return .needs(.room)
    }

    private mutating func makeStream(
        _ name: Span<UInt8>, rule: Int, for sample: Sample, in batch: borrowing SampleBatch
    ) -> Int {
        let channelNames = Self.names(
            batch.channelNames, sample.channelNames ?? 0..<0, of: batch.text)
        var stream = Stream(
            name: [UInt8](copying: name), hash: sample.nameHash, engineSeed: seed,
            configuration: rules[rule].configuration, channelNames: channelNames,
            inputNames: Self.names(batch.inputNames, sample.inputs, of: batch.text),
            channelCount: channelNames.isEmpty ? sample.values.count : channelNames.count)
        let beginning = rules[rule].warmStart?.begin(
            &stream, time: sample.time, engineSeed: seed)
        counters[beginning ?? .cold] += 1
        return add(stream, hash: sample.nameHash, rule: rule)
    }

    /// Copies of a part of the names, each once.
    private static func names(
        _ names: [Sample.TextRange], _ part: Range<Int>, of text: [UInt8]
    ) -> [[UInt8]] {
        var copies: [[UInt8]] = []
        for index in part {
            let name = [UInt8](copying: text.span.extracting(names[index].range))
            if !copies.contains(name) { copies.append(name) }
        }
        return copies
    }

    /// Adds a stream whose name is new, and returns its position.
    mutating func add(_ stream: Stream, hash: UInt64, rule: Int) -> Int {
        let position = table.insert(stream.name, hash: hash)
        if position == streams.count {
            streams.append(stream)
            ruleOfStream.append(rule)
            generationOfStream.append(generation)
            loanOfStream.append(-1)
            isChanged.append(true)
            bytesOfStream.append(0)
        }
        replace(position, with: stream, rule: rule)
        idleOrder.add(position, at: counters.samples)
        return position
    }
}

extension [ModelRule] {
    /// The index of the rule that configures streams of that name; the last one matches any.
    package func firstMatch(for name: Span<UInt8>) -> Int {
        firstIndex { $0.pattern.matches(name) } ?? count - 1
    }
}

extension [UInt8] {
    /// The bytes of a span.
    init(copying bytes: Span<UInt8>) {
        self = []
        reserveCapacity(bytes.count)
        for index in bytes.indices { append(bytes[index]) }
    }
}
