extension LinearExpert {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&forecast)
        try coder.code(&inputs)
        try regression.code(with: &coder)
    }
}
