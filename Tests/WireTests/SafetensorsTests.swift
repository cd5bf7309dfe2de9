import TestSupport
import Testing
import Wire

@Suite("Safetensors")
struct SafetensorsTests {
    private let file = Safetensors(
        metadata: [.init("program", "foretide \"é\""), .init("empty", "")],
        tensors: [
            .init(name: "state", type: .u8, shape: [3], bytes: [1, 2, 3]),
            .init(name: "a.weight", type: .f32, shape: [2, 1], bytes: Array(0..<8)),
            .init(name: "history", type: .f64, shape: [1], bytes: Array(8..<16)),
            .init(name: "none", type: .f32, shape: [0, 7], bytes: []),
        ])

    private func read(_ bytes: [UInt8]) throws(SafetensorsError) -> Safetensors {
        try Safetensors(reading: bytes.span)
    }

    @Test("what is written is read back, wide numbers first")
    func roundTrip() throws {
        let read = try read(file.encoded)
        #expect(read.metadata == file.metadata)
        #expect(read.tensors.map(\.name) == ["history", "a.weight", "none", "state"])
        for tensor in file.tensors { #expect(read[tensor.name] == tensor) }
        #expect(read.text("empty") == "")
    }

    @Test("the layout is that of the format, and data begin at a multiple of 8")
    func layout() {
        let file = Safetensors(
            tensors: [.init(name: "x", type: .f32, shape: [1, 2], bytes: Array(1...8))])
        let header = #"{"x":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#
        let padding = String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        let count = UInt8(header.utf8.count + padding.count)
        #expect(
            file.encoded == [count, 0, 0, 0, 0, 0, 0, 0] + Array((header + padding).utf8)
                + Array(1...8))
    }

    private func encoded(_ header: String, data: Int) -> [UInt8] {
        let count = header.utf8.count
        return [UInt8(count & 255), UInt8(count >> 8), 0, 0, 0, 0, 0, 0] + Array(header.utf8)
            + [UInt8](repeating: 7, count: data)
    }

    @Test("descriptions that do not fit the data are refused")
    func refusals() {
        func tensor(
            _ offsets: String, type: String = "F32", shape: String = "[2]", name: String = "x"
        ) -> String {
            #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
        }
        let cases: [(String, Int, SafetensorsError)] = [
            (tensor("[0,8]"), 9, .layout),
            (tensor("[0,8]"), 7, .tensor("x")),
            (tensor("[1,9]"), 9, .layout),
            (tensor("[0,8]") + "," + tensor("[0,8]", name: "y"), 8, .layout),
            (tensor("[0,8]") + "," + tensor("[9,17]", name: "y"), 17, .layout),
            (tensor("[0,8]") + "," + tensor("[8,16]"), 16, .duplicate("x")),
            (tensor("[8,0]"), 8, .tensor("x")),
            (tensor("[-8,0]"), 8, .tensor("x")),
            (tensor("[0,8]", shape: "[3]"), 8, .tensor("x")),
            (tensor("[0,8]", shape: "[-2]"), 8, .tensor("x")),
            (tensor("[0,8]", shape: "[4611686018427387904,4611686018427387904]"), 8, .tensor("x")),
            (tensor("[0,8]", shape: "2"), 8, .tensor("x")),
            (tensor("[0,8]", type: "F33"), 8, .tensor("x")),
            (tensor("[0]"), 8, .tensor("x")),
            (tensor("[0,18446744073709551615]"), 8, .tensor("x")),
            (#""x":5"#, 0, .tensor("x")),
            (#""__metadata__":{"a":1}"#, 0, .metadata),
            (#""__metadata__":[]"#, 0, .metadata),
        ]
        for (header, data, error) in cases {
            #expect(throws: error, "\(header)") { try read(encoded("{\(header)}", data: data)) }
        }
        #expect(throws: SafetensorsError.header) { try read(encoded("[]", data: 0)) }
        #expect(throws: SafetensorsError.header) { try read(encoded("{", data: 0)) }
        #expect(throws: SafetensorsError.self) { try read([]) }
        let huge = [UInt8](repeating: 255, count: 8) + Array("{}".utf8)
        #expect(throws: SafetensorsError.headerTooLong(bytes: .max)) { try read(huge) }
    }

    @Test("a file cut off anywhere is refused")
    func truncation() {
        let bytes = file.encoded
        for count in 0..<bytes.count {
            #expect(throws: SafetensorsError.self) { try read(Array(bytes[..<count])) }
        }
    }

    @Test("no damage of a byte makes it trap, and what is read is whole")
    func flips() throws {
        let bytes = file.encoded
        var random = SplitMix64(seed: 11)
        for _ in 0..<20_000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                damaged[Int.random(in: 0..<bytes.count, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            guard let read = try? read(damaged) else { continue }
            let held = read.tensors.reduce(0) { $0 + $1.bytes.count }
            try #require(held <= damaged.count)
        }
    }
}
