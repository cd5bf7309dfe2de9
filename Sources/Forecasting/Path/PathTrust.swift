/// How far steps of one kind are to be believed, 0…1: least squares on what came where they led,
/// with sums that remember 4,000 steps, as if 100 had been right before.
///
///     share = clip((n̄ + Σ p·y/σ² / Σ p²/σ²)/(n̄ + 1), 0…1),   n̄ = 100/min(n, 4000)
package struct PathTrust: Equatable, Sendable {
    /// Σ p·y/σ² and Σ p²/σ², and the steps in them.
    var products = 0.0
    var squares = 0.0
    var count = 0

    private static let (priorSteps, memory) = (100.0, 4000.0)
    /// Of a step's square, what σ² is at least taken for.
    private static let leastShare = 0.01

    package var share: Double {
        guard squares > 0 else { return 1 }
        let prior = Self.priorSteps / min(Double(count), Self.memory)
        return min(max((prior + products / squares) / (prior + 1), 0), 1)
    }

    /// step: p; truth: y; meanSquare: σ².
    mutating func learn(step: Double, truth: Double, meanSquare: Double) {
        count += 1
        let kept = 1 - 1 / Self.memory
        // Errors of a stream that is still learning are large, and count for less. σ² is bounded,
        // so that no single step of one that stands still decides for long.
        let variance = max(meanSquare, Self.leastShare * max(step * step, truth * truth))
        guard variance > 0, variance.isFinite else { return }
        products = kept * products + step * truth / variance
        squares = kept * squares + step * step / variance
    }
}
