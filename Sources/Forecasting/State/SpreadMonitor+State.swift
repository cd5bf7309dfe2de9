extension SpreadMonitor {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&recent)
        try coder.code(&usual)
        try coder.code(positive: &count)
    }
}
