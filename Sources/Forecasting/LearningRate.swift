/// The size of an update: falls with the updates, and with every divergence.
///
///     lr_k = max(lr/√(1 + .01·k), lr/3) · 2^(−divergences)
package struct LearningRate: Equatable, Sendable {
    package let initial: Double
    /// 2^(−divergences), with one factor given back after many updates without another one.
    package internal(set) var scale = 1.0
    /// k: updates since the start or the last divergence.
    var updates = 0

    static let smallestScale = 0x1p-20
    /// Updates without a divergence that earn a factor of two.
    private static let updatesToRegain = 10_000

    package init(initial: Double) { self.initial = initial }

    /// The rate of the next update, which it counts.
    package mutating func next() -> Float {
        updates += 1
        if scale < 1, updates % Self.updatesToRegain == 0 { scale *= 2 }
        let decayed = initial / (1 + 0.01 * Double(updates)).squareRoot()
        return Float(scale * max(decayed, initial / 3))
    }

    package mutating func halve() {
        scale = max(scale / 2, Self.smallestScale)
        updates = 0
    }
}
