extension StreamSummary {
    /// CRC-32C over what the row means, the checksum of its state included: so a value that was
    /// swapped, shifted or changed through SQL is found as well as a flipped bit.
    func checksum(stateChecksum: UInt32) -> UInt32 {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128 + name.count + forecast.count)
        Self.append(UInt64(name.count), to: &bytes)
        bytes += name
        Self.append(UInt64(bitPattern: Int64(partition)), to: &bytes)
        Self.append(settingsSignature, to: &bytes)
        Self.append(UInt64(bitPattern: Int64(formatVersion)), to: &bytes)
        Self.append(sampleCount, to: &bytes)
        Self.append(sequence, to: &bytes)
        Self.append(lastTime.map(UInt64.init(bitPattern:)), to: &bytes)
        Self.append(scores.mae.map(Self.bits), to: &bytes)
        Self.append(scores.mase.map(Self.bits), to: &bytes)
        Self.append(UInt64(bitPattern: updatedAt), to: &bytes)
        Self.append(UInt64(forecast.count), to: &bytes)
        bytes += forecast
        Self.append(UInt64(stateChecksum), to: &bytes)
        var crc = CRC32C()
        crc.update(bytes.span)
        return crc.value
    }

    /// SQLite keeps no negative zero.
    private static func bits(_ value: Double) -> UInt64 { (value == 0 ? 0 : value).bitPattern }

    /// A byte that tells nil from a value, then the value, little-endian.
    private static func append(_ value: UInt64?, to bytes: inout [UInt8]) {
        bytes.append(value == nil ? 0 : 1)
        var rest = value ?? 0
        for _ in 0..<8 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}
