import CWire

extension Span<UInt8> {
    /// The little-endian integer at `offset`; traps beyond the end.
    func littleEndian<Integer: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, as type: Integer.Type
    ) -> Integer {
        Integer(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: type))
    }
}

extension Span<UInt8> {
    /// Where the text is a literal, one or two comparisons of words.
    @inline(__always)
    func isEqual(to text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard count == length else { return false }
        return unsafe withUnsafeBufferPointer {
            unsafe length == 0 || wire_equal($0.baseAddress!, text.utf8Start, length)
        }
    }

    func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices {
            if self[index] != other[index] { return false }
        }
        return true
    }

    /// Without white space, and the zero byte that C strings end with, at both ends.
    @_lifetime(copy self)
    func trimmed() -> Span<UInt8> {
        var first = 0
        var end = count
        while first < end, self[first] <= 0x20 { first += 1 }
        while end > first, self[end - 1] <= 0x20 { end -= 1 }
        return extracting(first..<end)
    }
}

extension [UInt8] {
    mutating func append(littleEndian value: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
    }

    mutating func append(bigEndian value: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: value.bigEndian) { unsafe append(contentsOf: $0) }
    }

    mutating func append(_ text: StaticString) {
        unsafe append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
