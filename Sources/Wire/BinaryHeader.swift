/// The 40 bytes that a TSB1 batch starts with, little-endian:
/// magic "TSB1", u8 kind, u8 dtype, u16 channels, u32 count, u32 flags, u64 sequence, i64 t0,
/// i64 dt. Behind them, when flag 0 says so, `count` times as i64; then the values row by row.
package struct BinaryHeader: Equatable, Sendable {
    package enum Kind: UInt8, Sendable {
        /// A row is one value per channel.
        case samples = 1
        /// A row is forecast, lower, upper and residual of each channel.
        case forecasts = 2

        var valuesPerChannel: Int { self == .samples ? 1 : 4 }
    }

    package enum ValueType: UInt8, Sendable {
        case float64 = 0
        case float32 = 1

        var byteCount: Int { self == .float64 ? 8 : 4 }
    }

    package static let byteCount = 40

    package var kind = Kind.samples
    package var type = ValueType.float64
    package var channels: UInt16 = 1
    /// Rows.
    package var count: UInt32 = 0
    package var hasTimes = false
    /// Of the first row.
    package var sequence: UInt64 = 0
    /// Time of the first row and the step to the next: nanoseconds. Not looked at with a column of
    /// times. Both 0: the rows have no time.
    package var start: Int64 = 0
    package var step: Int64 = 0

    package init() {}

    /// Bytes of the header, the times and the values; less than 2^53.
    package var messageBytes: Int {
        let rowBytes = Int(channels) * kind.valuesPerChannel * type.byteCount
        return valuesOffset + Int(count) * rowBytes
    }

    var valuesOffset: Int { Self.byteCount + (hasTimes ? Int(count) * 8 : 0) }

    package init(_ bytes: Span<UInt8>) throws(WireError) {
        guard bytes.count >= Self.byteCount else {
            throw .size(needed: Self.byteCount, got: bytes.count)
        }
        guard bytes.extracting(0..<4).isEqual(to: "TSB1") else { throw .binaryHeader(.magic) }
        guard let kind = Kind(rawValue: bytes[4]) else { throw .binaryHeader(.kind) }
        guard let type = ValueType(rawValue: bytes[5]) else { throw .binaryHeader(.type) }
        let flags = bytes.littleEndian(at: 12, as: UInt32.self)
        guard flags <= 1 else { throw .binaryHeader(.flags) }
        self.kind = kind
        self.type = type
        channels = bytes.littleEndian(at: 6, as: UInt16.self)
        guard channels > 0 else { throw .binaryHeader(.channels) }
        count = bytes.littleEndian(at: 8, as: UInt32.self)
        hasTimes = flags & 1 == 1
        sequence = bytes.littleEndian(at: 16, as: UInt64.self)
        start = bytes.littleEndian(at: 24, as: Int64.self)
        step = bytes.littleEndian(at: 32, as: Int64.self)
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.append("TSB1")
        bytes.append(kind.rawValue)
        bytes.append(type.rawValue)
        bytes.append(littleEndian: channels)
        bytes.append(littleEndian: count)
        bytes.append(littleEndian: UInt32(hasTimes ? 1 : 0))
        bytes.append(littleEndian: sequence)
        bytes.append(littleEndian: start)
        bytes.append(littleEndian: step)
    }

    /// Time of a row, nil when the rows have none. Throws when it is out of range.
    package func time(ofRow row: Int, in message: Span<UInt8>) throws(WireError) -> Int64? {
        if hasTimes { return message.littleEndian(at: Self.byteCount + 8 * row, as: Int64.self) }
        if start == 0, step == 0 { return nil }
        let (offset, overflow) = step.multipliedReportingOverflow(by: Int64(row))
        let (time, carry) = start.addingReportingOverflow(offset)
        if overflow || carry { throw .time(.outOfRange) }
        return time
    }

    /// The value at `index` of all rows' values.
    package func value(_ index: Int, in message: Span<UInt8>) -> Double {
        let offset = valuesOffset + index * type.byteCount
        switch type {
        case .float64:
            return Double(bitPattern: message.littleEndian(at: offset, as: UInt64.self))
        case .float32:
            return Double(Float(bitPattern: message.littleEndian(at: offset, as: UInt32.self)))
        }
    }
}
