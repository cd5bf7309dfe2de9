/// The rules of stream and channel names: 1 to 255 bytes of UTF-8 without control characters.
///
/// Names stay bytes on the way from the socket to the forecast and back; nothing allocates a
/// String.
package enum StreamName {
    /// Why bytes are no name.
    package enum Fault: UInt8, Error, Equatable, Sendable, CaseIterable {
        case empty, tooLong, notUTF8, controlCharacter
    }

    /// Nil when `bytes` is a valid name, else why it is not.
    package static func fault(in bytes: Span<UInt8>) -> Fault? {
        if bytes.isEmpty { return .empty }
        if bytes.count > Limits.nameBytes { return .tooLong }
        if isPlain(bytes) { return nil }
        var (isControl, bits) = (false, UInt8(0))
        for index in bytes.indices {
            let byte = bytes[index]
            isControl = isControl || byte < 0x20 || byte == 0x7f
            bits |= byte
        }
        if isControl { return .controlCharacter }
        if bits < 0x80 { return nil }
        guard let text = try? UTF8Span(validating: bytes) else { return .notUTF8 }
        // The C1 controls U+0080…U+009F are two bytes each: C2 80 … C2 9F.
        var scalars = text.makeUnicodeScalarIterator()
        while let scalar = scalars.next() {
            if (0x80...0x9f).contains(scalar.value) { return .controlCharacter }
        }
        return nil
    }

    /// Whether all bytes are printable ASCII, and no quote and no backslash: those that JSON writes
    /// as they are. Eight at a time.
    package static func isPlain(_ bytes: Span<UInt8>) -> Bool {
        let raw = unsafe bytes.bytes
        guard raw.byteCount >= 8 else {
            for index in bytes.indices where marks(repeating &* UInt64(bytes[index])) & top != 0 {
                return false
            }
            return true
        }
        // The last word may overlap the one before it.
        let last = raw.byteCount - 8
        var marks: UInt64 = 0
        var offset = 0
        while offset < last {
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            marks |= Self.marks(word)
            offset += 8
        }
        marks |= unsafe Self.marks(raw.unsafeLoadUnaligned(fromByteOffset: last, as: UInt64.self))
        return marks & Self.top == 0
    }

    /// 1 in each byte.
    private static let repeating: UInt64 = 0x0101_0101_0101_0101
    /// The top bit of each byte.
    private static let top: UInt64 = 0x8080_8080_8080_8080

    /// Top bits are set if any of eight bytes is a control character, a quote, a backslash or no
    /// ASCII: where none has its own top bit set, that of x − 1 tells in the lowest byte that has
    /// one that x is 0 there, and that of x + 1 that x was 127.
    @inline(__always)
    private static func marks(_ word: UInt64) -> UInt64 {
        let (quote, backslash) = (word ^ repeating &* 0x22, word ^ repeating &* 0x5c)
        return word | (word &- repeating &* 0x20) | (word &+ repeating) | (quote &- repeating)
            | (backslash &- repeating)
    }

    /// FNV-1a, 64 bits (Fowler, Noll, Vo): the hash that fixes a stream's partition and its seed.
    package static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in bytes.indices {
            hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3
        }
        return hash
    }
}
