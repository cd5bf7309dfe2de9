import Series
import TestSupport
import Testing
import Wire

@Suite("Samples out and in again")
struct RoundTripTests {
    private static let seed: UInt64 = 20_251_121

    /// Samples of random streams, times, channels and inputs; `isUniform`: of one stream and shape.
    private func randomBatch(
        _ random: inout SplitMix64, count: Int, isUniform: Bool
    ) throws -> SampleBatch {
        var batch = SampleBatch()
        var channels = Int.random(in: 1...4, using: &random)
        var hasTime = Bool.random(using: &random)
        var hasNames = false
        var name = Array("stream \"0\"".utf8)
        for _ in 0..<count {
            if !isUniform {
                channels = Int.random(in: 1...4, using: &random)
                hasTime = Bool.random(using: &random)
                hasNames = Bool.random(using: &random)
                name = Array("st/\(Int.random(in: 0...9, using: &random))\\é".utf8)
            }
            for channel in 0..<channels {
                let value = Double(bitPattern: random.next())
                batch.addValue(Bool.random(using: &random) ? value : Double(Float(value)))
                if hasNames { try batch.addChannelName(Array("c\(channel)".utf8).span) }
            }
            for input in 0..<(isUniform ? 0 : Int.random(in: 0...3, using: &random)) {
                let name = try batch.addName(Array("x\(input)\"ü".utf8).span)
                batch.addInput(Double(bitPattern: random.next()), name: name)
            }
            let time = Int64.random(
                in: 100_000_000_000_000_000...9_000_000_000_000_000_000, using: &random)
            batch.appendSample(
                name: try batch.addName(name.span), nameHash: StreamName.hash(name.span),
                time: hasTime ? time : nil)
        }
        return batch
    }

    @Test(
        "every value, name and nanosecond comes back",
        arguments: [InputFormat.json, .messagePack, .binary])
    func roundTrip(format: InputFormat) throws {
        print("seed \(Self.seed)")
        var random = SplitMix64(seed: Self.seed)
        let encoder = SampleEncoder(format: format)
        for round in 0..<500 {
            let count = 1 + round % 20
            let batch = try randomBatch(&random, count: count, isUniform: format == .binary)
            var payload: [UInt8] = []
            encoder.encode(0..<count, of: batch, sequence: 7, into: &payload)
            let expected = batch.samples.map { DecodedSample($0, in: batch) }
            for input in [InputFormat.auto, format] {
                let read = try decode(payload, topic: expected[0].stream, format: input)
                try #require(read == expected)
            }
        }
    }

    @Test(
        "one value in text and raw formats",
        arguments: [InputFormat.text, .float64, .float32])
    func numbers(format: InputFormat) throws {
        print("seed \(Self.seed)")
        var random = SplitMix64(seed: Self.seed)
        let encoder = SampleEncoder(format: format)
        for _ in 0..<2000 {
            var batch = SampleBatch()
            let value = Double(Float(bitPattern: UInt32(truncatingIfNeeded: random.next())))
            batch.addValue(value)
            let name = Array("t".utf8)
            batch.appendSample(
                name: try batch.addName(name.span), nameHash: StreamName.hash(name.span), time: nil)
            var payload: [UInt8] = []
            encoder.encode(0..<1, of: batch, into: &payload)
            let read = try decode(payload, topic: "t", format: format)
            try #require(read == [DecodedSample(batch.samples[0], in: batch)])
        }
    }
}
