/// Combines the experts' forecasts by their regrets: ML-Poly (Gaillard, Stoltz and van Erven 2014,
/// "A second-order bound with excess losses", section 4) on the gradient of the loss. It has no
/// learning rate and forgets nothing (RECIPE.md, C7a). The first expert is persistence.
///
///     r_k = 2(ŷ − y)(ŷ − ŷ_k),  R_k ← R_k + r_k,  V_k ← V_k + r_k²,  B ← max(B, r_k²)
///     w_k ∝ π_k · max(R_k, 0) / (V_k + B);  w = π while no R_k is above 0
///
/// With the absolute loss r_k = sign(ŷ − y)(ŷ − ŷ_k), and all but persistence start at R_k = −1.
package struct Mixture: Equatable, Sendable {
    /// w: one per expert, sum 1.
    package internal(set) var weights: [Double]
    let loss: ModelConfiguration.Loss
    /// π: the weights before anything is known.
    let prior: [Double]
    var regret: [Double]
    var squaredRegret: [Double]
    var largestSquare = 1e-12

    /// prior: one share per expert, sum 1.
    package init(prior: [Double], loss: ModelConfiguration.Loss = .squared) {
        precondition(!prior.isEmpty)
        self.prior = prior
        self.loss = loss
        weights = prior
        regret = [Double](repeating: 0, count: prior.count)
        squaredRegret = regret
        guard loss == .absolute else { return }
        for index in regret.indices.dropFirst() { regret[index] = -1 }
    }

    /// π: a fifth for persistence, the first one, and equal shares for the others. A net that
    /// begins with factory weights is trusted more: it gets .6, and the others share the rest.
    package static func prior(_ experts: [Expert], trustsNet: Bool = false) -> [Double] {
        if experts.count == 1 { return [1] }
        if trustsNet {
            let others = 0.4 / Double(experts.count - 1)
            return experts.map { $0 == .recurrent ? 0.6 : others }
        }
        let others = 0.8 / Double(experts.count - 1)
        return experts.map { $0 == .persistence ? 0.2 : others }
    }

    /// ŷ = Σ w_k·ŷ_k.   forecasts: one per expert.
    package func combine(_ forecasts: [Double]) -> Double {
        precondition(forecasts.count == weights.count)
        var sum = 0.0
        for index in weights.indices { sum += weights[index] * forecasts[index] }
        return sum
    }

    /// The loss's derivative where the error is e.
    private func slope(at error: Double) -> Double {
        switch loss {
        case .squared: 2 * error
        case .absolute: error > 0 ? 1 : (error < 0 ? -1 : 0)
        }
    }

    /// Learns from what came: `forecasts` are the experts', `mixed` what `combine` made of them.
    package mutating func learn(forecasts: [Double], mixed: Double, target: Double) {
        precondition(forecasts.count == weights.count)
        let slope = slope(at: mixed - target)
        for index in weights.indices {
            let gain = slope * (mixed - forecasts[index])
            regret[index] += gain
            squaredRegret[index] += gain * gain
            largestSquare = max(largestSquare, gain * gain)
        }
        weigh()
    }

    /// w from R, V and B.
    mutating func weigh() {
        var sum = 0.0
        for index in weights.indices {
            let share = max(regret[index], 0) / (squaredRegret[index] + largestSquare)
            weights[index] = prior[index] * share
            sum += weights[index]
        }
        for index in weights.indices {
            weights[index] = sum > 0 ? weights[index] / sum : prior[index]
        }
    }
}
