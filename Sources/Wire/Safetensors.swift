/// A file of named tensors that other programs can read as well
/// (https://huggingface.co/docs/safetensors):
///
///     u64 n, little-endian; n bytes of JSON, spaces at the end; the tensors' bytes
///     {"__metadata__":{"key":"text"},"name":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}
package struct Safetensors: Equatable, Sendable {
    package struct Tensor: Equatable, Sendable {
        package var name: String
        package var type: ElementType
        package var shape: [Int]
        /// Row-major, little-endian.
        package var bytes: [UInt8]

        package init(name: String, type: ElementType, shape: [Int], bytes: [UInt8]) {
            self.name = name
            self.type = type
            self.shape = shape
            self.bytes = bytes
        }
    }

    /// What a number is.
    package enum ElementType: String, Sendable, CaseIterable {
        case bool = "BOOL"
        case u8 = "U8"
        case i8 = "I8"
        case float8e5m2 = "F8_E5M2"
        case float8e4m3 = "F8_E4M3"
        case i16 = "I16"
        case u16 = "U16"
        case f16 = "F16"
        case bf16 = "BF16"
        case i32 = "I32"
        case u32 = "U32"
        case f32 = "F32"
        case i64 = "I64"
        case u64 = "U64"
        case f64 = "F64"

        package var byteCount: Int {
            switch self {
            case .bool, .u8, .i8, .float8e5m2, .float8e4m3: 1
            case .i16, .u16, .f16, .bf16: 2
            case .i32, .u32, .f32: 4
            case .i64, .u64, .f64: 8
            }
        }
    }

    /// Texts under names, `__metadata__` in the file.
    package var metadata: [Entry] = []
    package var tensors: [Tensor] = []

    package struct Entry: Equatable, Sendable {
        package var name: String
        package var text: String

        package init(_ name: String, _ text: String) {
            self.name = name
            self.text = text
        }
    }

    package init(metadata: [Entry] = [], tensors: [Tensor] = []) {
        self.metadata = metadata
        self.tensors = tensors
    }

    /// The tensor of that name.
    package subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

    /// The text of `__metadata__` under that name.
    package func text(_ name: String) -> String? { metadata.first { $0.name == name }?.text }

    static let metadataName = "__metadata__"
    /// Bytes in front of the header, which tell its length.
    static let prefixBytes = 8
}

extension Safetensors {
    /// The file. Tensors of wide numbers come first, so that each lies where its type wants it.
    package var encoded: [UInt8] {
        let sizes = Set(tensors.map(\.type.byteCount)).sorted(by: >)
        let ordered = sizes.flatMap { size in tensors.filter { $0.type.byteCount == size } }
        var members: [JSONValue.Member] = []
        if !metadata.isEmpty {
            let texts = metadata.map { JSONValue.Member($0.name, .string($0.text)) }
            members.append(.init(Self.metadataName, .object(texts)))
        }
        var offset = 0
        for tensor in ordered {
            precondition(
                tensor.bytes.count
                    == tensor.shape.reduce(1, *) * tensor.type.byteCount)
            let end = offset + tensor.bytes.count
            members.append(
                .init(
                    tensor.name,
                    [
                        "dtype": .string(tensor.type.rawValue),
                        "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
                        "data_offsets": [.integer(Int64(offset)), .integer(Int64(end))],
                    ]))
            offset = end
        }
        var header = JSONValue.object(members).bytes
        while header.count % Self.prefixBytes != 0 { header.append(UInt8(ascii: " ")) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.prefixBytes + header.count + offset)
        bytes.append(littleEndian: UInt64(header.count))
        bytes += header
        for tensor in ordered { bytes += tensor.bytes }
        return bytes
    }
}
