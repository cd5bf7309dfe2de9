extension Mixture {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&weights)
        try coder.code(&regret)
        try coder.code(&squaredRegret)
        try coder.code(&largestSquare, in: 1e-12...Double.greatestFiniteMagnitude)
    }

    /// Goes on from another one with the same loss, as far as the experts are the same: those that
    /// begin anew have their trust to earn. Whether that one is lost, for its loss is another.
    mutating func keep(
        _ old: Mixture, _ oldKinds: [Expert], kinds: [Expert], lost: Set<Expert>
    ) -> Bool {
        guard loss == old.loss else { return true }
        if kinds == oldKinds, lost.isEmpty, prior == old.prior {
            self = old
            return false
        }
        largestSquare = old.largestSquare
        for (index, kind) in kinds.enumerated() where !lost.contains(kind) {
            guard let place = oldKinds.firstIndex(of: kind) else { continue }
            regret[index] = old.regret[place]
            squaredRegret[index] = old.squaredRegret[place]
        }
        weigh()
        return false
    }
}
