import CSQLite

/// CRC-32C (Castagnoli; RFC 3720, appendix B.4): finds every damage of up to 32 bits in a row, and
/// all but one in 4 billion of the rest.
package struct CRC32C {
    /// The reflected polynomial 0x1EDC6F41.
    private static let polynomial: UInt32 = 0x82f6_3b78
    private static let hasInstruction = store_has_crc32c()

    private var register: UInt32 = 0xffff_ffff

    package init() {}

    /// The checksum of all bytes so far.
    package var value: UInt32 { ~register }

    package mutating func update(_ bytes: Span<UInt8>) {
        guard Self.hasInstruction else { return updateByTable(bytes) }
        register = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe bytes.baseAddress.map { unsafe store_crc32c(register, $0, bytes.count) }
                ?? register
        }
    }

    /// The definition; the processor's instruction must agree with it (`CRC32CTests`).
    package mutating func updateByTable(_ bytes: Span<UInt8>) {
        let table = Self.table
        for index in bytes.indices {
            let low = UInt8(truncatingIfNeeded: register) ^ bytes[index]
            register = register >> 8 ^ table[Int(low)]
        }
    }

    /// What each low byte of the register turns into after eight steps.
    private static let table = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { register, _ in
            register & 1 == 0 ? register >> 1 : register >> 1 ^ polynomial
        }
    }
}
