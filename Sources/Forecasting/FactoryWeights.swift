package import Networks

/// What the net knows before it has seen a sample: weights learned from synthetic series, by
/// `scripts/prior`. They are for one shape of net, the default one.
package enum FactoryWeights {
    /// The shape that they are for.
    package static let architecture = Architecture(
        cell: .gru, inputCount: ResidualInputs.count, hiddenCount: 24)

    /// In the arena's order; nil for any other shape.
    package static func weights(for architecture: Architecture) -> [Float]? {
        architecture == Self.architecture ? decoded : nil
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
