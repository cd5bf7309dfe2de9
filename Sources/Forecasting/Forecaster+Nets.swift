import Series

/// The nets that streams share: one for each partition and model rule that asks for it. It comes
/// with its first stream and stays, whichever streams leave.
extension Forecaster {
    /// A shared net in memory. On the disk rules are told apart by their patterns, so that a net
    /// goes on when its rule moves in the settings.
    package struct NetIndex: Hashable, Sendable {
        let rule: Int
        package let partition: Int
    }

    /// The nets of a partition.
    package func nets(of partition: Int) -> [NetIndex] {
        nets.indices.filter { !nets[$0].isEmpty && nets[$0][partition] != nil }
            .map { NetIndex(rule: $0, partition: partition) }
    }

    /// The pattern of the net's rule, UTF-8.
    package func pattern(of net: NetIndex) -> [UInt8] { rules[net.rule].pattern.bytes }

    /// The net that a stream shares; nil when it has its own, or none.
    package func net(of stream: StreamIndex) -> SharedNet? {
        let nets = nets[ruleOfStream[stream.position]]
        return nets.isEmpty ? nil : nets[streams[stream.position].partition]
    }

    /// Lends the net that a stream shares to the workspace of its rule, or takes it back.
    mutating func exchangeNet(_ position: Int, _ rule: Int) {
        guard !nets[rule].isEmpty, workspaces[rule].training != nil else { return }
        swap(&nets[rule][streams[position].partition], &workspaces[rule].training!.net)
    }

    /// Room for the nets of a rule: by partition, empty when its streams share none.
    static func room(for rule: ModelRule) -> [SharedNet?] {
        let isShared =
            rule.configuration.weights == .shared
            && RecurrentExpert.architecture(rule.configuration) != nil
        return isShared ? Array(repeating: nil, count: StreamPartition.count) : []
    }

    /// A number for a net: the pattern of its rule and its partition.
    private static func netName(_ pattern: [UInt8], partition: Int) -> UInt64 {
        StreamName.hash(pattern.span) &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(partition + 1)
    }

    /// Makes the net that a stream shares if there is none yet, and the stream one of its kin.
    mutating func joinNet(_ position: Int, rule: Int) {
        guard !nets[rule].isEmpty else { return }
        let partition = streams[position].partition
        let name = Self.netName(rules[rule].pattern.bytes, partition: partition)
        if nets[rule][partition] == nil {
            let generator = SeededGenerator(engineSeed: seed, nameHash: name, channel: 0)
            var net = SharedNet(rules[rule].configuration, generator: generator)
            rules[rule].warmStart?.begin(&net)
            setNet(net, rule, partition)
        }
        for channel in streams[position].channels.indices {
            streams[position].channels[channel].experts.recurrent?.join(net: name)
        }
    }

    private mutating func setNet(_ net: SharedNet?, _ rule: Int, _ partition: Int) {
        memoryBytes += (net?.bytes ?? 0) - (nets[rule][partition]?.bytes ?? 0)
        nets[rule][partition] = net
    }

    /// After new rules: the nets of a rule go on under the rule of the same pattern, as far as its
    /// settings allow.
    mutating func takeOverNets(from oldRules: [ModelRule]) {
        let old = nets
        for nets in old { for net in nets { memoryBytes -= net?.bytes ?? 0 } }
        nets = rules.map(Self.room)
        for rule in rules.indices where !nets[rule].isEmpty {
            guard
                let source = oldRules.firstIndex(where: { $0.pattern == rules[rule].pattern })
            else { continue }
            let (before, now) = (oldRules[source].configuration, rules[rule].configuration)
            for (partition, net) in old[source].enumerated() {
                var net = net?.adapted(from: before, to: now)
                if before != now { net?.isChanged = true }
                setNet(net, rule, partition)
            }
        }
    }

    // MARK: State

    /// Appends the net's state to `bytes`.
    package func snapshot(of net: NetIndex, into bytes: inout [UInt8]) {
        nets[net.rule][net.partition]!.encode(rules[net.rule].configuration, into: &bytes)
    }

    /// The settings that the net works under (`settingsSignature(of:)`).
    package func settingsSignature(of net: NetIndex) -> UInt64 {
        Self.settingsSignature(of: rules[net.rule].configuration, seed: seed)
    }

    /// Updates of the net so far.
    package func updates(of net: NetIndex) -> Int { nets[net.rule][net.partition]!.batches - 1 }

    /// Whether the net differs from its last snapshot.
    package func hasChanged(_ net: NetIndex) -> Bool {
        nets[net.rule][net.partition]!.isChanged
    }

    /// Whether any net does.
    package var hasChangedNets: Bool {
        nets.contains { $0.contains { $0?.isChanged ?? false } }
    }

    /// What the net is now is in a snapshot (false), or in none any more.
    package mutating func noteChange(of net: NetIndex, _ isChanged: Bool) {
        nets[net.rule][net.partition]!.isChanged = isChanged
    }

    /// The same of all nets.
    mutating func noteNetChanges(_ isChanged: Bool) {
        for rule in nets.indices {
            for partition in nets[rule].indices {
                nets[rule][partition]?.isChanged = isChanged
            }
        }
    }

    /// The net in memory of the rule of that pattern.
    package func net(pattern: [UInt8], partition: Int) -> NetIndex? {
        nets(of: partition).first { self.pattern(of: $0) == pattern }
    }

    /// Takes in a net that `snapshot` wrote, in place of the one there is. False when no rule of
    /// that pattern has use for it. Bytes that are no state change nothing.
    package mutating func restoreNet(
        pattern: [UInt8], partition: Int, from bytes: RawSpan
    ) throws(StateError) -> Bool {
        let (net, before) = try SharedNet.decode(bytes)
        guard (0..<StreamPartition.count).contains(partition),
            let rule = rules.firstIndex(where: { $0.pattern.bytes == pattern }),
            !nets[rule].isEmpty,
            var net = net.adapted(from: before, to: rules[rule].configuration)
        else { return false }
        net.isChanged = before != rules[rule].configuration
        setNet(net, rule, partition)
        return true
    }
}
