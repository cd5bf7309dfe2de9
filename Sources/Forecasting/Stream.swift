package import Series

/// One stream: its channels, its time, and the row of values that the newest sample gave them.
package struct Stream: Sendable {
    /// UTF-8.
    package let name: [UInt8]
    package let configuration: ModelConfiguration
    package let partition: Int
    package internal(set) var channels: [ChannelModel]
    /// UTF-8, one per channel; empty when the first sample gave none.
    package let channelNames: [[UInt8]]
    /// UTF-8, of the exogenous inputs: those of the configuration, else of the first sample.
    package let inputNames: [[UInt8]]
    /// Messages published, the newest one's `seq`.
    package internal(set) var sequence: UInt64 = 0
    var clock = StreamClock()
    /// Whether the channels look at each other; not those of a state from before they did.
    let looksAround: Bool
    /// [channels]: NaN when missing.
    var row: [Double]
    /// [inputNames].
    var inputs: [ExogenousInput]
    /// [inputNames]: what the newest step had of them, NaN when missing.
    package internal(set) var inputRow: [Double]

    package init(
        name: [UInt8], hash: UInt64, engineSeed: UInt64, configuration: ModelConfiguration,
        channelNames: [[UInt8]], inputNames: [[UInt8]], channelCount: Int,
        looksAround: Bool = true
    ) {
        self.name = name
        self.configuration = configuration
        partition = StreamPartition.of(hash)
        self.looksAround = looksAround
        self.channelNames = channelNames
        self.inputNames = configuration.inputs.isEmpty ? inputNames : configuration.inputs
        inputRow = [Double](repeating: .nan, count: self.inputNames.count)
        inputs = Array(repeating: ExogenousInput(), count: inputRow.count)
        row = [Double](repeating: .nan, count: channelCount)
        let neighbours = looksAround ? Neighbours.count(channels: channelCount) : 0
        let inputCount = inputs.count
        channels = (0..<channelCount).map { channel in
            ChannelModel(
                configuration, neighbours: neighbours, inputs: inputCount,
                generator: SeededGenerator(
                    engineSeed: engineSeed, nameHash: hash, channel: channel))
        }
    }

    /// Takes a sample and fills its forecast; nil then, else why there is none.
    package mutating func observe(
        _ sample: Sample, in batch: borrowing SampleBatch, arrivalTime: Int64,
        workspace: inout Workspace, counters: inout Counters,
        into forecast: inout Forecast
    ) -> Rejection? {
        if let fault = readRow(sample, in: batch, counters: &counters) { return fault }
        workspace.prepare(neighbours: neighbourCount)
        if row.contains(where: \.isNaN) { counters.missing += 1 }
        let arrival = clock.observe(sample.time, arrivalTime: arrivalTime)
        switch arrival {
        case .late: counters.late += 1
        case .duplicate: counters.duplicates += 1
        case .restart:
            counters.clockRestarts += 1
            counters.windowRestarts += 1
            readInputs(sample, in: batch, counters: &counters)
            for index in channels.indices { channels[index].restartWindow(afterGap: 1) }
            step(scored: false, workspace: &workspace, counters: &counters)
        case .next(let missing):
            bridge(missing, workspace: &workspace, counters: &counters)
            readInputs(sample, in: batch, counters: &counters)
            step(scored: missing == 0, workspace: &workspace, counters: &counters)
        }
        guard hasBegun else { return .noValueYet }
        if arrival.isNext { lookAhead(workspace: &workspace) }
        sequence += 1
        counters.forecasts += 1
        fill(&forecast, sample: sample, arrivalTime: arrivalTime, isNewest: arrival.isNext)
        return nil
    }

    /// What each channel looks at.
    var neighbourCount: Int { looksAround ? Neighbours.count(channels: channels.count) : 0 }

    /// The newest sample's time, or arrival where it has none: nanoseconds since 1970 UTC.
    package var newestTime: Int64? { clock.last }

    /// Whether `train` has work.
    package var updateIsDue: Bool {
        mutating get {
            for index in channels.indices where channels[index].updateIsDue { return true }
            return false
        }
    }

    /// The updates that the newest sample made due.
    package mutating func train(_ workspace: inout Workspace, counters: inout Counters) {
        workspace.prepare(neighbours: neighbourCount)
        for index in channels.indices where channels[index].updateIsDue {
            channels[index].train(&workspace, counters: &counters)
        }
    }

    /// Whether any channel has had a value.
    private var hasBegun: Bool {
        mutating get {
            for index in channels.indices where channels[index].hasBegun { return true }
            return false
        }
    }

    /// One step of every channel, with the values of `row` or without.
    private mutating func step(
        missing: Bool = false, scored: Bool, workspace: inout Workspace, counters: inout Counters
    ) {
        for index in channels.indices {
            channels[index].take(
                missing ? .nan : row[index], scored: scored, workspace: &workspace,
                counters: &counters)
        }
        if neighbourCount > 0 { showNeighbours(&workspace.neighbours) }
        if !inputs.isEmpty { showInputs(&workspace.shownInputs, missing: missing) }
        for index in channels.indices {
            workspace.neighbours.own = index
            channels[index].forecast(workspace: &workspace)
        }
    }

    mutating func showNeighbours(_ neighbours: inout Neighbours) {
        neighbours.start(channels: channels.count)
        let channels = channels.span
        for index in channels.indices where channels[index].hasBegun {
            neighbours.show(index, channels[index].history, scaler: channels[index].scaler)
        }
    }

    /// Goes through the steps that a gap in time left out, as many as the configuration says.
    private mutating func bridge(
        _ missing: Int, workspace: inout Workspace, counters: inout Counters
    ) {
        guard missing > 0, hasBegun else { return }
        let bridged = min(missing, configuration.longestBridge)
        counters.gaps += 1
        counters.bridgedSteps += UInt64(bridged)
        forgetInputs()
        for _ in 0..<bridged {
            step(missing: true, scored: false, workspace: &workspace, counters: &counters)
        }
        guard missing > bridged else { return }
        for index in channels.indices { channels[index].restartWindow(afterGap: missing) }
        counters.windowRestarts += 1
    }

    /// Puts the sample's values into `row`, in the order of the channels.
    private mutating func readRow(
        _ sample: Sample, in batch: borrowing SampleBatch, counters: inout Counters
    ) -> Rejection? {
        guard let names = sample.channelNames, !channelNames.isEmpty else {
            guard sample.channelNames == nil, sample.values.count == row.count else {
                return .channelCount
            }
            for index in row.indices {
                row[index] = usable(
                    batch.values[sample.values.lowerBound + index], counters: &counters)
            }
            return nil
        }
        for index in row.indices { row[index] = .nan }
        var known = 0
        for (offset, name) in names.enumerated() {
            let text = batch.text.span.extracting(batch.channelNames[name].range)
            if let index = channelNames.index(of: text, near: offset) {
                row[index] = usable(
                    batch.values[sample.values.lowerBound + offset], counters: &counters)
                known += 1
            } else {
                counters.unknownChannels += 1
            }
        }
        return known == 0 ? .unknownChannels : nil
    }

    /// The value, NaN where it is none that can be learned from.
    private func usable(_ value: Double, counters: inout Counters) -> Double {
        guard abs(value) < ChannelModel.largestValue else { return .nan }
        guard configuration.dataRange?.contains(value) ?? true else {
            counters.outOfRange += 1
            return .nan
        }
        return value
    }

    private mutating func fill(
        _ forecast: inout Forecast, sample: Sample, arrivalTime: Int64, isNewest: Bool
    ) {
        forecast.name = name
        forecast.sequence = sequence
        forecast.time = sample.time ?? arrivalTime
        forecast.timeSource = sample.time == nil ? .arrival : .message
        forecast.nextTime = clock.nextTime
        forecast.level = configuration.level
        forecast.status = status
        forecast.channelNames = channelNames
        if forecast.channels.count > channels.count {
            forecast.channels.removeLast(forecast.channels.count - channels.count)
        }
        while forecast.channels.count < channels.count { forecast.channels.append(.init()) }
        for index in channels.indices {
            forecast.channels[index] = channels[index].report
            if isNewest { continue }
            forecast.channels[index].value = row[index]
            forecast.channels[index].residual = .nan
            forecast.channels[index].anomalyScore = .nan
        }
        fillPath(&forecast)
    }

    /// The path of the newest step, where the configuration asks for one.
    func fillPath(_ forecast: inout Forecast) {
        let count = configuration.horizon > 1 ? channels.count * configuration.horizon : 0
        if forecast.path.count != count {
            forecast.path = Array(repeating: Forecast.Step(), count: count)
        }
        guard count > 0 else { return }
        let channels = channels.span
        for index in channels.indices {
            channels[index].path?.fill(&forecast.path, from: index * configuration.horizon)
        }
    }

    /// The worst of the channels': recovering, stale, warming, ok.
    package var status: Forecast.Status {
        var worst = Forecast.Status.ok
        for index in channels.indices {
            let status = channels[index].status
            if Self.severity(status) > Self.severity(worst) { worst = status }
        }
        return worst
    }

    private static func severity(_ status: Forecast.Status) -> Int {
        switch status {
        case .ok: 0
        case .warming: 1
        case .stale: 2
        case .recovering: 3
        }
    }
}

extension [[UInt8]] {
    /// Where a name is; `near` is where a feed with a steady order has it.
    func index(of name: Span<UInt8>, near: Int) -> Int? {
        if near < count, name.equals(self[near]) { return near }
        for index in indices where name.equals(self[index]) { return index }
        return nil
    }
}

extension Span<UInt8> {
    /// Whether these are the bytes of `other`.
    func equals(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        let (own, others) = unsafe (bytes, other.span.bytes)
        var offset = 0
        while offset + 8 <= count {
            let word = unsafe own.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            guard
                unsafe word
                    == others.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            else { return false }
            offset += 8
        }
        while offset < count {
            if self[offset] != other[offset] { return false }
            offset += 1
        }
        return true
    }
}
