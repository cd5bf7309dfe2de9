import Series

/// The payloads that are nothing but numbers: TSB1, raw arrays, text. The stream is the topic.
struct NumericReader {
    let limits: Limits

    /// All rows, or an error before the first.
    func readBinary(
        _ payload: Span<UInt8>, _ header: BinaryHeader, topic: Span<UInt8>,
        into batch: inout SampleBatch
    ) throws(WireError) {
        let channels = Int(header.channels)
        guard channels <= limits.valuesPerSample else {
            throw .tooManyValues(count: channels, limit: limits.valuesPerSample)
        }
        let count = Int(header.count)
        if count == 0 { return }
        if count > 1, !header.hasTimes { _ = try header.time(ofRow: count - 1, in: payload) }
        let (name, hash) = try keep(topic, &batch)
        for row in 0..<count {
            let time = try header.time(ofRow: row, in: payload)
            for channel in 0..<channels {
                batch.addValue(header.value(row * channels + channel, in: payload))
            }
            batch.appendSample(name: name, nameHash: hash, time: time)
        }
    }

    /// Consecutive samples of one channel, without times.
    func readRaw(
        _ payload: Span<UInt8>, _ type: BinaryHeader.ValueType, topic: Span<UInt8>,
        into batch: inout SampleBatch
    ) throws(WireError) {
        let size = type.byteCount
        guard payload.count % size == 0 else {
            throw .size(needed: (payload.count / size + 1) * size, got: payload.count)
        }
        let (name, hash) = try keep(topic, &batch)
        for offset in stride(from: 0, to: payload.count, by: size) {
            switch type {
            case .float64:
                let bits = payload.littleEndian(at: offset, as: UInt64.self)
                batch.addValue(Double(bitPattern: bits))
            case .float32:
                let bits = payload.littleEndian(at: offset, as: UInt32.self)
                batch.addValue(Double(Float(bitPattern: bits)))
            }
            batch.appendSample(name: name, nameHash: hash, time: nil)
        }
    }

    /// One number. False when it is none.
    func readText(
        _ payload: Span<UInt8>, topic: Span<UInt8>, into batch: inout SampleBatch
    ) throws(WireError) -> Bool {
        guard let value = Number.parse(payload) else { return false }
        let (name, hash) = try keep(topic, &batch)
        batch.addValue(value)
        batch.appendSample(name: name, nameHash: hash, time: nil)
        return true
    }

    private func keep(
        _ topic: Span<UInt8>, _ batch: inout SampleBatch
    ) throws(WireError) -> (Sample.TextRange, UInt64) {
        do {
            return (try batch.addName(topic), StreamName.hash(topic))
        } catch {
            throw .streamName(error)
        }
    }
}
