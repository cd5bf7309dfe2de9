extension Jumps {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try seasonal.code(with: &coder)
        try fall.code(with: &coder)
        try rise.code(with: &coder)
    }
}

extension Jump {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&due)
        try coder.code(&product)
        try coder.code(positive: &square)
    }
}
