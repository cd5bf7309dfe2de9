import CWire
import Series

/// Times as they come in, to nanoseconds since 1970 UTC. Nil is a time that 64 bits do not hold.
extension Timestamp {
    /// Exact.
    static func nanoseconds(_ value: Int64, unit: Unit? = nil) -> Int64? {
        let unit = unit ?? Unit(magnitude: value.magnitude)
        let (product, overflow) = value.multipliedReportingOverflow(by: unit.rawValue)
        return overflow ? nil : product
    }

    /// Exact for the decimal number that was written: of all that read as the same double, the
    /// shortest one is taken, as 1763692800.123 and not the double's 1763692800.1229999065.
    static func nanoseconds(_ value: Double, unit: Unit? = nil) -> Int64? {
        let unit = unit ?? Unit(magnitude: value)
        guard value.magnitude < 0x1p63 else { return nil }
        if let whole = Int64(exactly: value) { return nanoseconds(whole, unit: unit) }
        // Division rounds correctly: when it gives back the value, six decimals are exact.
        let millionths = (value * 1e6).rounded()
        if case .seconds = unit, millionths.magnitude < 0x1p53, millionths / 1e6 == value {
            return nanoseconds(Int64(millionths), unit: .microseconds)
        }
        if value.magnitude * Double(unit.rawValue) < 0.5 { return 0 }
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { digits in
            let count = unsafe wire_write_fixed(value, digits.baseAddress)
            let text = unsafe Span(_unsafeElements: UnsafeBufferPointer(rebasing: digits[..<count]))
            return nanoseconds(ofNumber: text, unit: unit)
        }
    }

    /// A time as text: a decimal number, or ISO 8601.
    static func nanoseconds(text: Span<UInt8>) -> Int64? {
        nanoseconds(ofNumber: text) ?? nanoseconds(ofISO8601: text)
    }
}
