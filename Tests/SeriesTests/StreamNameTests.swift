import Series
import Testing

@Suite("Stream names")
struct StreamNameTests {
    func fault(_ text: String) -> StreamName.Fault? { StreamName.fault(in: Array(text.utf8).span) }

    @Test("a path, spaces and letters of any script are names")
    func valid() {
        for name in ["s1", "plant/boiler1/temp", "a b", "Kühlwasser", "温度", "🌊"] {
            #expect(fault(name) == nil, "\(name)")
        }
    }

    @Test("a name has 1 to 255 bytes")
    func length() {
        #expect(fault("") == .empty)
        #expect(fault(String(repeating: "a", count: 255)) == nil)
        #expect(fault(String(repeating: "a", count: 256)) == .tooLong)
        #expect(fault(String(repeating: "é", count: 128)) == .tooLong)
    }

    @Test("control characters of ASCII and of Latin-1 are refused")
    func controls() {
        for scalar in Array(0..<0x20) + Array(0x7f...0x9f) {
            let character = Character(Unicode.Scalar(UInt8(scalar)))
            #expect(fault("a\(character)b") == .controlCharacter, "U+\(scalar)")
        }
        #expect(fault("a\u{a0}b") == nil)
    }

    @Test("bytes that are not UTF-8 are refused")
    func encoding() {
        let malformed: [[UInt8]] = [
            [0xff], [0x61, 0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80],
        ]
        for bytes in malformed { #expect(StreamName.fault(in: bytes.span) == .notUTF8) }
    }

    @Test("the hash is FNV-1a with its published values")
    func hash() {
        #expect(StreamName.hash([UInt8]().span) == 0xcbf2_9ce4_8422_2325)
        #expect(StreamName.hash(Array("a".utf8).span) == 0xaf63_dc4c_8601_ec8c)
        #expect(StreamName.hash(Array("foobar".utf8).span) == 0x8594_4171_f739_67e8)
    }

    @Test("of every byte in every place of a name it is known whether JSON writes it as it is")
    func plain() throws {
        for count in 1...20 {
            for place in 0..<count {
                for byte in UInt8.min ... .max {
                    var name = [UInt8](repeating: UInt8(ascii: " "), count: count)
                    name[place] = byte
                    let isPlain = (0x20...0x7e).contains(byte) && byte != 0x22 && byte != 0x5c
                    let found = StreamName.isPlain(name.span)
                    try #require(found == isPlain, "\(byte) at \(place)")
                }
            }
        }
    }
}
