import Series

/// The exogenous inputs of one sample, or of the samples of a batch.
struct InputReader {
    /// An input of a batch: its name, and the token of its first value.
    struct Column {
        let name: Sample.TextRange
        let first: Int
    }

    let limits: Limits

    /// `{"outside": 7.5, "load": null}` for the sample that is open, which has so many channels.
    func read(
        _ document: borrowing Document, _ index: Int, channels: Int, into batch: inout SampleBatch
    ) throws(WireError) {
        let count = try count(document, index, channels: channels)
        var key = index + 1
        for _ in 0..<count {
            let value = document.end(of: key)
            batch.addInput(
                try number(document, at: value), name: try name(document, at: key, &batch))
            key = document.end(of: value)
        }
    }

    /// `{"outside": [7.5, 7.4], "load": [null, 3]}`, one value for each of a batch's samples:
    /// appends an entry for each input. The values are looked at as their samples are read.
    func readColumns(
        _ document: borrowing Document, _ index: Int, samples: Int,
        into columns: inout [Column], _ batch: inout SampleBatch
    ) throws(WireError) {
        var key = index + 1
        for _ in 0..<(try count(document, index, channels: 1)) {
            let values = document.end(of: key)
            guard case .array(samples, values + 1 + samples) = document[values] else {
                throw .inputs(.notAsLong)
            }
            columns.append(
                Column(name: try name(document, at: key, &batch), first: values + 1))
            key = document.end(of: values)
        }
    }

    /// One row of `readColumns` for the sample that is open, which has so many channels.
    func read(
        _ document: borrowing Document, _ columns: ArraySlice<Column>, row: Int, channels: Int,
        into batch: inout SampleBatch
    ) throws(WireError) {
        try check(columns.count, channels: channels)
        for column in columns {
            batch.addInput(try number(document, at: column.first + row), name: column.name)
        }
    }

    private func count(
        _ document: borrowing Document, _ index: Int, channels: Int
    ) throws(WireError) -> Int {
        switch document[index] {
        case .null: return 0
        case .map(let count, _):
            try check(count, channels: channels)
            return count
        default: throw .inputs(.notAnObject)
        }
    }

    private func check(_ count: Int, channels: Int) throws(WireError) {
        if channels + count > limits.valuesPerSample {
            throw .tooManyValues(count: channels + count, limit: limits.valuesPerSample)
        }
    }

    private func number(
        _ document: borrowing Document, at index: Int
    ) throws(WireError) -> Double {
        do {
            return try document.value(at: index)
        } catch {
            throw .inputs(.notANumber)
        }
    }

    private func name(
        _ document: borrowing Document, at index: Int, _ batch: inout SampleBatch
    ) throws(WireError) -> Sample.TextRange {
        guard case .string(let range) = document[index] else { throw .inputName(.notUTF8) }
        do {
            return try batch.addName(document.string(range))
        } catch {
            throw .inputName(error)
        }
    }
}
