extension BinaryFloatingPoint {
    /// The value, at most `bound` away from zero; zero for NaN.
    package func clamped(to bound: Self) -> Self {
        if isNaN { return 0 }
        return self > bound ? bound : (self < -bound ? -bound : self)
    }
}

extension Float {
    /// The nearest finite one; 0 for NaN. Only finite numbers can be restored from a state.
    init(bounded value: Double) {
        self.init(value.clamped(to: Double(Float.greatestFiniteMagnitude)))
    }
}
