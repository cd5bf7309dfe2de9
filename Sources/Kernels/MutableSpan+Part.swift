extension MutableSpan where Element: ~Copyable {
    /// The elements at `range`, for writing; the whole is not usable while the part is.
    ///
    /// The standard library's own name for it still has an underscore (Swift 6.3).
    @inlinable
    @_lifetime(&self)
    package mutating func part(_ range: Range<Int>) -> MutableSpan<Element> {
        _mutatingExtracting(range)
    }
}
