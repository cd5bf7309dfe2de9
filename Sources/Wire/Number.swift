import CWire

/// Numbers as decimal text.
enum Number {
    /// All of `text` as a number. NaN and infinities are numbers here, text of more than a number
    /// is nil.
    static func parse(_ text: Span<UInt8>) -> Double? {
        var value = 0.0
        let isNumber = unsafe text.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return false }
            return unsafe wire_read_double(start, bytes.count, &value)
        }
        return isNumber ? value : nil
    }

    /// Appends the fewest digits that read back as the same finite value.
    static func append(_ value: Double, to text: inout [UInt8]) {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(wire_number_bytes)) {
            let count = unsafe wire_write_double(value, $0.baseAddress)
            unsafe text.append(contentsOf: $0[..<count])
        }
    }

    static func append(_ value: UInt64, to text: inout [UInt8]) {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = value
            var first = 20
            repeat {
                first -= 1
                unsafe digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            unsafe text.append(contentsOf: digits[first...])
        }
    }
}
