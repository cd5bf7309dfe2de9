package import Networks

/// What the net knows before it has seen a sample: weights learned from synthetic series, by
/// `scripts/prior`. They are for the default shape of net, on the default experts.
package enum FactoryWeights {
    /// The shape that they are for.
    package static let architecture = Architecture(
        cell: .gru, inputCount: NetInputs.count, hiddenCount: 24)
    /// They need smaller steps than random ones.
    package static let learningRateFactor = 0.1

    /// In the arena's order; nil when the configuration's net is another, or is to begin at random.
    package static func weights(
        for configuration: ModelConfiguration, neighbours: Int = 0
    ) -> [Float]? {
        guard configuration.initialWeights == .factory,
            configuration.experts.isSuperset(of: [.ar8, .full, .recurrent]),
            RecurrentExpert.architecture(configuration, neighbours: neighbours) == architecture
        else { return nil }
        return decoded
    }

    /// Little-endian, four bytes each.
    private static let decoded: [Float] = {
        let bytes = PackageResources.factory_weights_f32
        precondition(bytes.count == 4 * architecture.parameterCount)
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            var pattern: UInt32 = 0
            for place in 0..<4 { pattern |= UInt32(bytes[start + place]) << (8 * UInt32(place)) }
            return Float(bitPattern: pattern)
        }
    }()
}
