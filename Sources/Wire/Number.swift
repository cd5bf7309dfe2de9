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
        text.append(atMost: Int(wire_number_bytes)) { $0.append("", value) }
    }

    static func append(_ value: UInt64, to text: inout [UInt8]) {
        text.append(atMost: Int(wire_number_bytes)) { $0.append("", value) }
    }
}
