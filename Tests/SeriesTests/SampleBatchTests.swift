import Series
import Testing

@Suite("A batch of samples")
struct SampleBatchTests {
    @Test("samples take the values and channel names added since the sample before")
    func ranges() throws {
        var batch = SampleBatch()
        let bytes = Array("pump".utf8)
        let name = try batch.addName(bytes.span)
        let hash = StreamName.hash(bytes.span)
        batch.addValue(1)
        batch.appendSample(name: name, nameHash: hash, time: 5)
        batch.addValue(2)
        try batch.addChannelName(Array("temp".utf8).span)
        batch.addValue(3)
        try batch.addChannelName(Array("rpm".utf8).span)
        batch.appendSample(name: name, nameHash: hash, time: nil)

        #expect(batch.samples.map(\.values) == [0..<1, 1..<3])
        #expect(batch.samples.map(\.channelNames) == [nil, 0..<2])
        #expect(batch.samples.map(\.time) == [5, nil])
        let names = batch.channelNames.map { String(decoding: batch.text[$0.range], as: UTF8.self) }
        #expect(names == ["temp", "rpm"])
    }

    @Test("samples take the inputs added since the sample before, and keep them in a copy")
    func inputs() throws {
        var batch = SampleBatch()
        let name = try batch.addName(Array("pump".utf8).span)
        let load = try batch.addName(Array("load".utf8).span)
        batch.addValue(1)
        batch.appendSample(name: name, nameHash: 7, time: 5)
        batch.addValue(2)
        batch.addInput(.infinity, name: load)
        batch.addInput(3, name: load)
        batch.appendSample(name: name, nameHash: 7, time: 6)
        batch.addValue(4)
        batch.addInput(5, name: load)
        batch.discardOpenSample()
        batch.addValue(6)
        batch.addInput(7, name: load)
        batch.appendSample(name: name, nameHash: 7, time: 8)
        #expect(batch.samples.map(\.inputs) == [0..<0, 0..<2, 2..<3])
        #expect(batch.inputValues[0].isNaN && batch.inputValues[1...] == [3, 7])

        var copy = SampleBatch()
        for _ in 0..<2 {
            copy.removeAll()
            #expect(copy.inputValues.isEmpty && copy.inputNames.isEmpty)
            copy.addValue(8)
            copy.appendSample(name: try copy.addName(Array("s".utf8).span), nameHash: 1, time: 1)
            for index in [2, 0, 1] { copy.append(batch.samples[index], of: batch) }
        }
        #expect(copy.samples.map(\.inputs) == [0..<0, 0..<1, 1..<1, 1..<3])
        #expect(copy.inputValues[0] == 7 && copy.inputValues[2] == 3)
        let names = copy.inputNames.map { String(decoding: copy.text[$0.range], as: UTF8.self) }
        #expect(names == ["load", "load", "load"])
    }

    @Test("a value that is not finite is missing")
    func missing() {
        var batch = SampleBatch()
        for value in [Double.nan, .infinity, -.infinity] { batch.addValue(value) }
        #expect(batch.values.count == 3 && batch.values.allSatisfy(\.isNaN))
    }

    @Test("an open sample can be dropped without a trace")
    func discard() throws {
        var batch = SampleBatch()
        let name = try batch.addName(Array("s".utf8).span)
        batch.addValue(1)
        batch.appendSample(name: name, nameHash: 0, time: nil)
        batch.addValue(2)
        try batch.addChannelName(Array("c".utf8).span)
        batch.discardOpenSample()
        batch.addValue(3)
        batch.appendSample(name: name, nameHash: 0, time: nil)
        #expect(batch.values == [1, 3])
        #expect(batch.samples.map(\.channelNames) == [nil, nil])
    }

    @Test("a bad name changes nothing")
    func badName() {
        var batch = SampleBatch()
        #expect(throws: StreamName.Fault.controlCharacter) {
            _ = try batch.addName([0x61, 0x00].span)
        }
        #expect(batch.text.isEmpty)
    }

    @Test("an emptied batch starts again at zero")
    func reuse() throws {
        var batch = SampleBatch()
        for round in 0..<3 {
            batch.removeAll()
            let name = try batch.addName(Array("s".utf8).span)
            batch.addValue(Double(round))
            batch.appendSample(name: name, nameHash: 0, time: nil)
            #expect(batch.samples.map(\.values) == [0..<1])
            #expect(batch.values == [Double(round)])
        }
    }
}
