import CWire

/// Writes text into memory reserved for it. A message is some fifty short pieces: checking once for
/// all of them that there is room is a third of the time of appending each to an array.
@safe struct TextCursor {
    private var next: UnsafeMutablePointer<UInt8>
    private let end: UnsafeMutablePointer<UInt8>

    fileprivate init(_ start: UnsafeMutablePointer<UInt8>, room: Int) {
        unsafe next = start
        unsafe end = start + room
    }

    /// Bytes written since `start`.
    fileprivate func count(since start: UnsafeMutablePointer<UInt8>) -> Int { unsafe next - start }

    mutating func append(_ byte: UInt8) {
        unsafe reserve(1).pointee = byte
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        unsafe reserve(count).update(from: text.utf8Start, count: count)
    }

    mutating func append(_ bytes: Span<UInt8>) {
        let destination = unsafe reserve(bytes.count)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            unsafe destination.update(from: start, count: bytes.count)
        }
    }

    // A number takes `wire_number_bytes` at the most.

    /// A text and the fewest digits that read back as the same value; null when it is not finite.
    @inline(__always)
    mutating func append(_ text: StaticString, _ value: Double) {
        unsafe append(text, number: value) { unsafe wire_write_double($0, $1) }
    }

    /// A text and a value rounded to a float, some 7 digits; null when it is not finite.
    @inline(__always)
    mutating func append(_ text: StaticString, rounded value: Double) {
        unsafe append(text, number: value) { unsafe wire_write_rounded($0, $1) }
    }

    @inline(__always)
    mutating func append(_ text: StaticString, _ value: UInt64) {
        unsafe append(text, number: value) { unsafe wire_write_whole($0, $1) }
    }

    /// A text, and nanoseconds as seconds, every digit exact, without zeros at the end.
    @inline(__always)
    mutating func append(_ text: StaticString, seconds nanoseconds: Int64) {
        unsafe append(text, number: nanoseconds) { unsafe wire_write_seconds($0, $1) }
    }

    /// A text, and what `write` writes behind it.
    @inline(__always)
    private mutating func append<Value>(
        _ text: StaticString, number value: Value,
        write: (Value, UnsafeMutablePointer<UInt8>) -> Int
    ) {
        let count = text.utf8CodeUnitCount
        precondition(unsafe end - next >= count + Int(wire_number_bytes))
        unsafe next.update(from: text.utf8Start, count: count)
        let number = unsafe next + count
        unsafe next = number + write(value, number)
    }

    /// The next `count` bytes, now taken.
    @inline(__always)
    private mutating func reserve(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        precondition(unsafe end - next >= count)
        defer { unsafe next += count }
        return unsafe next
    }
}

extension [UInt8] {
    /// Appends what `write` writes, `most` bytes at the most: writing more is a bug and traps.
    @inline(__always)
    mutating func append(atMost most: Int, _ write: (inout TextCursor) -> Void) {
        append(addingCapacity: most) { room in
            unsafe room.withUnsafeMutableBufferPointer { buffer, count in
                guard let base = buffer.baseAddress else { return }
                let start = unsafe base + count
                var cursor = unsafe TextCursor(start, room: most)
                write(&cursor)
                unsafe count += cursor.count(since: start)
            }
        }
    }
}
