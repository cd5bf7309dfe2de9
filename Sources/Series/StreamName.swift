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

    /// FNV-1a, 64 bits (Fowler, Noll, Vo): the hash that fixes a stream's partition and its seed.
    package static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in bytes.indices {
            hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3
        }
        return hash
    }
}
