import Store
import TestSupport
import Testing

@Suite("CRC-32C")
struct CRC32CTests {
    private func checksum(_ bytes: [UInt8]) -> UInt32 {
        var crc = CRC32C()
        crc.update(bytes.span)
        return crc.value
    }

    private func tableChecksum(_ bytes: [UInt8]) -> UInt32 {
        var crc = CRC32C()
        crc.updateByTable(bytes.span)
        return crc.value
    }

    @Test(
        "gives the published values",
        arguments: [
            (Array("123456789".utf8), 0xe306_9283),
            ([], 0),
            // RFC 3720, appendix B.4.
            ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
            ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
            (Array(0...31), 0x46dd_794e),
            (Array((0...31).reversed()), 0x113f_db5c),
        ] as [([UInt8], UInt32)])
    func vectors(bytes: [UInt8], expected: UInt32) {
        #expect(checksum(bytes) == expected)
        #expect(tableChecksum(bytes) == expected)
    }

    @Test("the processor's instruction agrees with the table, in any pieces")
    func instruction() throws {
        var random = SplitMix64(seed: 1)
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            try #require(checksum(bytes) == tableChecksum(bytes))
            let cut = Int.random(in: 0...length, using: &random)
            var pieces = CRC32C()
            pieces.update(bytes.span.extracting(first: cut))
            pieces.update(bytes.span.extracting(droppingFirst: cut))
            try #require(pieces.value == checksum(bytes))
        }
    }
}
