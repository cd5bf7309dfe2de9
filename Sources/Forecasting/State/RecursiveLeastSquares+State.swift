extension RecursiveLeastSquares {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&weights)
        try coder.code(&covariance)
        try coder.code(&gain)
        try coder.code(&pendingFactor)
        try coder.code(&pendingScale)
        try coder.code(positive: &meanSquaredError)
        try coder.code(count: &errorCount)
    }
}
