extension BinaryFloatingPoint {
    /// The value, at most `bound` away from zero; zero for NaN.
    package func clamped(to bound: Self) -> Self {
        if isNaN { return 0 }
        return self > bound ? bound : (self < -bound ? -bound : self)
    }
}
