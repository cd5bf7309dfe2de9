extension StuckDetector {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&isStuck)
        try coder.code(any: &last)
        try coder.code(count: &run)
        try coder.code(count: &longestRun)
        try coder.code(&stillShare)
        try coder.code(count: &count)
        try coder.code(&stillShareBeforeRun)
    }
}
