import Series

extension ModelConfiguration {
    /// Every setting; out of range what `fault` calls so.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        let offset = coder.position
        try coder.code(&cell)
        try coder.code(&activation)
        try coder.code(count: &hidden)
        try coder.code(count: &window)
        try coder.code(count: &stride)
        try coder.code(&optimizer)
        try coder.code(any: &learningRate)
        try codeWeights(with: &coder)
        try coder.code(any: &clipNorm)
        try coder.code(any: &weightDecay)
        try coder.code(any: &dropout)
        for expert in Expert.allCases where expert != .arx || coder.format > 3 {
            var isWanted = experts.contains(expert)
            try coder.code(&isWanted)
            if isWanted { experts.insert(expert) } else { experts.remove(expert) }
        }
        // Formats before had no exogenous inputs: no stream is another without the expert.
        if coder.format < 4, !experts.contains(.full) { experts.remove(.arx) }
        try coder.code(&loss)
        try coder.code(&period, blank: 0) { coder, period throws(StateError) in
            try coder.code(count: &period)
        }
        try coder.code(&fullIsPlain)
        try coder.code(&dataRange, blank: 0...0) { coder, range throws(StateError) in
            var (low, high) = (range.lowerBound, range.upperBound)
            try coder.code(&low)
            try coder.code(&high, in: low...Double.greatestFiniteMagnitude)
            range = low...high
        }
        try coder.code(any: &level)
        // Formats before had the next value only.
        if coder.format > 2 { try coder.code(count: &horizon) }
        try coder.code(inputNames: &inputs, upTo: Limits.namedInputs)
        if coder.isReading, fault != nil { throw .outOfRange(offset: offset) }
    }

    /// Where the weights begin and whose they are, in one byte.
    private mutating func codeWeights(with coder: inout StateCoder) throws(StateError) {
        var byte = initialWeights.rawValue | weights.rawValue << 1
        try coder.code(&byte, in: 0...3)
        initialWeights = byte & 1 == 0 ? .factory : .random
        weights = byte & 2 == 0 ? .stream : .shared
    }
}
