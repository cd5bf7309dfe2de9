import Kernels

/// Fixed nonlinear functions of the net's basic inputs, never trained: e = tanh(G·u + b), which
/// least squares then weighs (Huang, Zhu and Siew 2006; RECIPE.md, C6).
///
/// u: [I], e: [E], G: [I, E].
package struct RandomFeatures: Sendable {
    /// E.
    package static let count = 32
    /// The same for every stream, so that weights mean the same in each.
    package static let standard = RandomFeatures(seed: 1)

    /// G row by row and b.
    private var weights: [Double] = []
    private var bias: [Double] = []

    private init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func uniform(_ bound: Double) -> Double {
            (Double(generator.next() >> 11) * 0x1p-52 - 1) * bound
        }
        for _ in 0..<(NetInputs.basicCount * Self.count) { weights.append(uniform(0.7)) }
        for _ in 0..<Self.count { bias.append(uniform(0.5)) }
    }

    /// e into `features` from the index `start` on.
    package func fill(
        _ features: inout [Double], from start: Int, inputs: borrowing [Double]
    ) {
        var all = features.mutableSpan
        var units = all.part(start..<(start + Self.count))
        for unit in 0..<Self.count { units[unit] = bias[unit] }
        addProduct(inputs.span.extracting(first: NetInputs.basicCount), weights.span, to: &units)
        vectorisedTanh(&units)
    }
}
