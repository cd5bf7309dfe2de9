import Kernels

/// Keeps the published forecast from being worse than persistence: exponential weights over
/// {persistence, mixture}, with a small share that always flows back (RECIPE.md, C7b).
///
///     out = (1 − a)·ŷ,  ℓ = (out − y)²,  S ← S + max(1/n, .01)(ℓ − S)
///     a ∝ a·exp(−clip(.2(y² − ℓ)/S, ±2)),  1 − a ∝ (1 − a)·exp(−clip(.2((ŷ − y)² − ℓ)/S, ±2))
///     a ← .9999·a + .0001·.2
package struct PersistenceGuard: Equatable, Sendable {
    /// a: the weight on persistence, 0…1.
    package internal(set) var weight = PersistenceGuard.prior
    var meanLoss = 0.0
    var count = 0

    private static let prior = 0.2
    private static let learningRate = 0.2
    private static let returningShare = 1e-4

    package init() {}

    /// The forecast to publish, a scaled difference, from the mixture's.
    package func apply(to mixed: Double) -> Double { (1 - weight) * mixed }

    package mutating func learn(mixed: Double, target: Double) {
        let loss = square(apply(to: mixed) - target)
        count += 1
        meanLoss += max(1 / Double(count), 0.01) * (loss - meanLoss)
        guard meanLoss > 0 else { return }
        let scale = Self.learningRate / meanLoss
        let persistence = (scale * (square(target) - loss)).clamped(to: 2)
        let mixture = (scale * (square(mixed - target) - loss)).clamped(to: 2)
        let odds = (1 - weight) * Double.exp(persistence - mixture)
        weight = weight / (weight + odds)
        weight = (1 - Self.returningShare) * weight + Self.returningShare * Self.prior
    }

    /// Forgets the scale of the losses, after the scales of the series were repaired.
    package mutating func forgetLosses() {
        count = 0
        meanLoss = 0
    }

    private func square(_ value: Double) -> Double { value * value }
}
