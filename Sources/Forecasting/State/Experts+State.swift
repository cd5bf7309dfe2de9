extension Experts {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&forecasts)
        try features.code(with: &coder)
        if ar2 != nil { try ar2!.code(with: &coder) }
        if ar8 != nil { try ar8!.code(with: &coder) }
        if recurrent != nil { try recurrent!.code(with: &coder) }
        if full != nil { try full!.code(with: &coder) }
        if arx != nil { try arx!.code(with: &coder) }
        try coder.code(count: &steps)
    }

    /// Goes on from others, as far as these are the same. Which of those are lost.
    mutating func keep(
        _ old: Experts, isNetKept: Bool, lost: inout Set<LostState>
    ) -> Set<Expert> {
        var lostExperts = Set(old.kinds).subtracting(kinds)
        features = old.features
        steps = old.steps
        if ar2 != nil, let expert = old.ar2 { ar2 = expert }
        if ar8 != nil, let expert = old.ar8 { ar8 = expert }
        if let full, let expert = old.full {
            if full.linear.inputs.count == expert.linear.inputs.count {
                self.full = expert
            } else {
                lostExperts.insert(.full)
            }
        }
        if let arx, old.kinds.contains(.arx) {
            if let expert = old.arx, expert.linear.inputs.count == arx.linear.inputs.count {
                self.arx = expert
            } else {
                lostExperts.insert(.arx)
            }
        }
        if recurrent != nil, let expert = old.recurrent {
            if isNetKept, recurrent!.canKeep(expert) {
                recurrent!.keep(expert, lost: &lost)
            } else {
                lostExperts.insert(.recurrent)
            }
        }
        for (index, kind) in kinds.enumerated() where !lostExperts.contains(kind) {
            guard let place = old.kinds.firstIndex(of: kind) else { continue }
            forecasts[index] = old.forecasts[place]
        }
        return lostExperts
    }
}
