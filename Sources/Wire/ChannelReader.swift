import Series

/// The values of one sample.
struct ChannelReader {
    let limits: Limits

    /// A number, null, a number as text, an array of these, or an object of these by channel.
    /// Returns how many.
    func read(
        _ document: borrowing Document, _ index: Int, into batch: inout SampleBatch
    ) throws(WireError) -> Int {
        switch document[index] {
        case .array(let count, _):
            return try read(document, count: count, from: index + 1, into: &batch)
        case .map(let count, _):
            try check(count)
            var key = index + 1
            for _ in 0..<count {
                guard case .string(let range) = document[key] else { throw .shape }
                let value = document.end(of: key)
                batch.addValue(try document.value(at: value))
                do {
                    try batch.addChannelName(document.string(range))
                } catch {
                    throw .channelName(error)
                }
                key = document.end(of: value)
            }
            return count
        default:
            batch.addValue(try document.value(at: index))
            return 1
        }
    }

    func read(
        _ document: borrowing Document, count: Int, from first: Int,
        into batch: inout SampleBatch
    ) throws(WireError) -> Int {
        try check(count)
        for index in first..<(first + count) {
            // Values are single tokens: an array or object among them throws here.
            batch.addValue(try document.value(at: index))
        }
        return count
    }

    private func check(_ count: Int) throws(WireError) {
        if count == 0 { throw .noValue }
        if count > limits.valuesPerSample {
            throw .tooManyValues(count: count, limit: limits.valuesPerSample)
        }
    }
}
