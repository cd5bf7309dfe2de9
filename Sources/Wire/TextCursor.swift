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

    /// The fewest digits that read back as the same finite value. At most `wire_number_bytes`.
    mutating func append(_ value: Double) {
        precondition(unsafe end - next >= Int(wire_number_bytes))
        unsafe next += wire_write_double(value, next)
    }

    /// A finite value rounded to a float, some 7 digits. At most `wire_number_bytes`.
    mutating func append(rounded value: Double) {
        precondition(unsafe end - next >= Int(wire_number_bytes))
        unsafe next += wire_write_rounded(value, next)
    }

    /// At most `wire_number_bytes`.
    mutating func append(_ value: UInt64) {
        precondition(unsafe end - next >= Int(wire_number_bytes))
        unsafe next += wire_write_whole(value, next)
    }

    /// Nanoseconds as seconds, every digit exact, without zeros at the end. At most
    /// `wire_number_bytes`.
    mutating func append(seconds nanoseconds: Int64) {
        precondition(unsafe end - next >= Int(wire_number_bytes))
        unsafe next += wire_write_seconds(nanoseconds, next)
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
