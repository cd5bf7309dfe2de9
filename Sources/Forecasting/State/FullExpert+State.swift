extension FullExpert {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try linear.code(with: &coder)
        if recall != nil { try recall!.code(with: &coder) }
    }
}
