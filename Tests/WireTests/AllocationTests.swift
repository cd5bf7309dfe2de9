import CAllocationCounter
import Series
import Testing
import Wire

@Suite("Memory")
struct AllocationTests {
    @Test(
        "decoding allocates nothing once the buffers have grown",
        .enabled(if: counts_allocations()))
    func decoder() {
        var decoder = Decoder(format: .auto, limits: Limits())
        var batch = SampleBatch()
        let topic = Array("plant/boiler1/temp".utf8)
        let sequence: [UInt8] = [1, 0, 0, 0]
        // Refused messages are left out: Swift Testing keeps a backtrace of every error thrown.
        let messages = Examples.all.filter { !$0.starts(with: "plant/temp 21.5".utf8) }
        var samples = 0
        var refused = 0
        func pass() {
            for message in messages {
                do {
                    _ = try decoder.decode(
                        Frames(
                            topic: topic.span, payload: message.span, sequence: sequence.span),
                        into: &batch)
                    samples += batch.samples.count
                } catch {
                    refused += error.reason.rawValue
                }
            }
        }
        pass()
        let before = allocation_count()
        for _ in 0..<100 { pass() }
        let allocations = allocation_count() - before
        #expect(allocations == 0)
        #expect(samples > 2000 && refused == 0)
    }

    @Test(
        "encoding allocates nothing once the buffer has grown",
        .enabled(if: counts_allocations()), arguments: OutputFormat.allCases)
    func encoder(format: OutputFormat) {
        var encoder = Encoder(format: format)
        var bytes: [UInt8] = []
        var forecast = EncoderTests.example
        var total = 0
        func pass() {
            forecast.sequence += 1
            bytes.removeAll(keepingCapacity: true)
            encoder.encode(forecast, into: &bytes)
            total += bytes.count
        }
        pass()
        let before = allocation_count()
        for _ in 0..<1000 { pass() }
        let allocations = allocation_count() - before
        #expect(allocations == 0)
        #expect(total > 50_000)
    }

    @Test("the counter counts", .enabled(if: counts_allocations()))
    func counter() {
        let before = allocation_count()
        var array: [Int] = []
        for number in 0..<100 { array.append(number) }
        #expect(array.count == 100)
        #expect(allocation_count() > before)
    }
}
