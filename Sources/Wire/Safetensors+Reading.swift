/// Why bytes are no file of tensors, or a damaged one.
package enum SafetensorsError: Error, Equatable, Sendable {
    /// Ends before its header does, or the length of the header is none.
    case truncated(needed: UInt64, got: Int)
    /// The header is no JSON object.
    case header
    /// The header is longer than any that we read.
    case headerTooLong(bytes: UInt64)
    /// `__metadata__` holds something else than texts.
    case metadata
    /// A tensor's description lacks something, or does not fit itself.
    case tensor(String)
    /// Two tensors of one name.
    case duplicate(String)
    /// The tensors do not cover the data one after the other, or the data end early or late.
    case layout
}

extension SafetensorsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let needed, let got): "cut off: \(got) bytes, at least \(needed) expected"
        case .header: "the header is no JSON object: this is no safetensors file"
        case .headerTooLong(let bytes):
            "a header of \(bytes) bytes, at most \(Safetensors.longestHeader) are read: this is no "
                + "safetensors file"
        case .metadata: "the header's __metadata__ is not an object of texts"
        case .tensor(let name): "the description of the tensor \"\(name)\" is damaged"
        case .duplicate(let name): "the tensor \"\(name)\" comes twice"
        case .layout: "the tensors do not fill the file: it is cut off or damaged"
        }
    }
}

extension Safetensors {
    /// Bytes of a header. Ours have some 3 KB for each channel of a stream.
    static let longestHeader = 64 << 20

    /// Reads a file, and believes nothing that it says about sizes and places before it was
    /// checked.
    package init(reading bytes: Span<UInt8>) throws(SafetensorsError) {
        let start = Self.prefixBytes
        guard bytes.count >= start else {
            throw .truncated(needed: UInt64(start), got: bytes.count)
        }
        let length = bytes.littleEndian(at: 0, as: UInt64.self)
        guard length <= Self.longestHeader else { throw .headerTooLong(bytes: length) }
        guard length <= bytes.count - start else {
            throw .truncated(needed: UInt64(start) + length, got: bytes.count)
        }
        let dataStart = start + Int(length)
        let header = bytes.extracting(start..<dataStart)
        let data = bytes.extracting(dataStart..<bytes.count)
        guard let object = try? JSONValue(parsing: header), let members = object.members else {
            throw .header
        }
        self.init()
        var ranges: [Range<Int>] = []
        for member in members {
            if member.name == Self.metadataName {
                guard metadata.isEmpty else { throw .duplicate(member.name) }
                metadata = try Self.metadata(member.value)
            } else {
                let (tensor, range) = try Self.tensor(member, dataCount: data.count)
                tensors.append(tensor)
                ranges.append(range)
            }
        }
        try Self.check(tensors, ranges, dataCount: data.count)
        for (index, range) in ranges.enumerated() {
            tensors[index].bytes.append(data.extracting(range))
        }
    }

    private static func metadata(_ value: JSONValue) throws(SafetensorsError) -> [Entry] {
        guard let members = value.members else { throw .metadata }
        var entries: [Entry] = []
        for member in members {
            guard let text = member.value.string else { throw .metadata }
            entries.append(Entry(member.name, text))
        }
        return entries
    }

    /// A tensor still without its bytes, and where they are in the data.
    private static func tensor(
        _ member: JSONValue.Member, dataCount: Int
    ) throws(SafetensorsError) -> (Tensor, Range<Int>) {
        let value = member.value
        guard
            let type = value["dtype"]?.string.flatMap(ElementType.init(rawValue:)),
            let shape = integers(value["shape"]),
            let offsets = integers(value["data_offsets"]), offsets.count == 2,
            offsets[0] <= offsets[1], offsets[1] <= dataCount
        else { throw .tensor(member.name) }
        var count = type.byteCount
        for length in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: length)
            if overflow { throw .tensor(member.name) }
            count = product
        }
        guard count == offsets[1] - offsets[0] else { throw .tensor(member.name) }
        let tensor = Tensor(name: member.name, type: type, shape: shape, bytes: [])
        return (tensor, offsets[0]..<offsets[1])
    }

    /// Whole numbers from 0.
    private static func integers(_ value: JSONValue?) -> [Int]? {
        guard let array = value?.array else { return nil }
        let integers = array.compactMap { $0.integer.flatMap { $0 < 0 ? nil : Int($0) } }
        return integers.count == array.count ? integers : nil
    }

    /// Every name once, every byte of the data in one tensor.
    private static func check(
        _ tensors: [Tensor], _ ranges: [Range<Int>], dataCount: Int
    ) throws(SafetensorsError) {
        var names: Set<String> = []
        for tensor in tensors where !names.insert(tensor.name).inserted {
            throw .duplicate(tensor.name)
        }
        var end = 0
        for range in ranges.sorted(by: {
            ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
        }) {
            guard range.lowerBound == end else { throw .layout }
            end = range.upperBound
        }
        guard end == dataCount else { throw .layout }
    }
}
