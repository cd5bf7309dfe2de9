import Networks
import Series

/// Shared nets as bytes, as streams are (Forecaster+State.swift):
///
///     "FTSN", u32 format, the settings of the rule, then what `code(with:)` says
extension SharedNet {
    private static let magic = [UInt8]("FTSN".utf8)

    private mutating func code(with coder: inout StateCoder) throws(StateError) {
        try net.code(with: &coder)
        try coder.code(count: &net.updatesSinceKept)
        try health.code(with: &coder)
        try coder.code(count: &recoveries)
        try coder.code(count: &batches)
        try coder.code(count: &waiting, upTo: Self.largestBatch - 1)
        try code(&inputs, with: &coder)
        try code(&targets, with: &coder)
        try code(&weights, with: &coder)
        try code(&states, with: &coder)
        // Before format 3 the streams knew nothing beside it.
        if coder.format > 2 { try kin.code(with: &coder) }
    }

    /// The part that the windows that wait take of an array of `largestBatch`.
    private func code(
        _ numbers: inout [Float], with coder: inout StateCoder
    ) throws(StateError) {
        let part = numbers.count / Self.largestBatch * waiting
        try coder.code(&numbers, part: 0..<part, finite: false)
    }

    /// Appends the net's state to `bytes`.
    func encode(_ configuration: ModelConfiguration, into bytes: inout [UInt8]) {
        var coder = StateCoder(appendingTo: bytes)
        var (configuration, net) = (configuration, self)
        Forecaster.write(with: &coder) { coder throws(StateError) in
            try Forecaster.codeHead(Self.magic, with: &coder)
            try configuration.code(with: &coder)
            try net.code(with: &coder)
        }
        bytes = coder.bytes
    }

    /// Reads what `encode` wrote, with the settings that the net had then.
    static func decode(
        _ bytes: RawSpan
    ) throws(StateError) -> (net: SharedNet, configuration: ModelConfiguration) {
        var coder = StateCoder(reading: bytes)
        try Forecaster.codeHead(magic, with: &coder)
        var configuration = ModelConfiguration()
        let offset = coder.position
        try configuration.code(with: &coder)
        guard var net = SharedNet(configuration, generator: nil) else {
            throw .outOfRange(offset: offset)
        }
        try net.code(with: &coder)
        try coder.finish()
        return (net, configuration)
    }

    /// The same net under other settings; nil when they ask for another one.
    func adapted(
        from old: ModelConfiguration, to new: ModelConfiguration
    ) -> SharedNet? {
        if old == new { return self }
        guard old.keepsNet(under: new), var net = SharedNet(new, generator: nil),
            net.net.network.architecture == self.net.network.architecture
        else { return nil }
        _ = net.net.keep(self.net)
        (net.health, net.batches, net.recoveries) = (health, batches, recoveries)
        net.kin = kin
        // Windows of another length are of no use.
        guard old.window == new.window else { return net }
        net.waiting = waiting
        (net.inputs, net.targets, net.weights, net.states) = (inputs, targets, weights, states)
        return net
    }
}

extension Kin {
    fileprivate mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&weights)
        try coder.code(count: &count)
        try coder.code(&products)
        try coder.code(&squares)
        for square in squares where square < 0 {
            throw .outOfRange(offset: coder.position)
        }
    }
}

extension ModelConfiguration {
    /// Whether a net may go on under other settings: one that is to begin at other weights begins
    /// anew, and so does one that is to be shared, or not any more.
    func keepsNet(under new: ModelConfiguration) -> Bool {
        let usesFactory = FactoryWeights.weights(for: self) != nil
        return weights == new.weights
            && usesFactory == (FactoryWeights.weights(for: new) != nil)
    }
}
