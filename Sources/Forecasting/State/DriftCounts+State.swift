extension DriftCounts {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        for drift in Drift.allCases {
            try coder.code(&self[drift], in: 0...UInt64(StateCoder.largestCount))
        }
    }
}
