import Series
import Testing
import Wire

@Suite("Sequence numbers")
struct SequenceTrackerTests {
    private var tracker = SequenceTracker(topicLimit: 2)

    private mutating func see(
        _ first: UInt64, count: UInt64 = 1, width: SequenceTracker.Width = .bytes4,
        topic: String = "a"
    ) {
        let topic = Array(topic.utf8)
        tracker.observe(first, count: count, width: width, topic: topic.span)
    }

    @Test("a late joiner has lost nothing, then lost grows by exactly the gap")
    mutating func gaps() {
        see(1000)
        see(1001)
        #expect(tracker.lost == 0)
        see(1005)
        #expect(tracker.lost == 3)
        see(1006)
        see(2007)
        #expect(tracker.lost == 1003)
        #expect(tracker.restarts == 0)
    }

    @Test("a number that goes back is a restart and loses nothing; a repeated one is nothing")
    mutating func restarts() {
        for number in [10, 11, 11, 12] { see(UInt64(number)) }
        #expect(tracker.restarts == 0)
        for number in [0, 1, 2] { see(UInt64(number)) }
        #expect(tracker.restarts == 1)
        see(4_000_000_000)
        #expect(tracker.lost == 4_000_000_000 - 3)
        see(0)
        #expect(tracker.restarts == 2)
        #expect(tracker.lost == 4_000_000_000 - 3)
    }

    @Test("4 bytes that go around are no restart, and the gap on the way counts")
    mutating func wrap() {
        see(0xffff_fffe)
        see(0xffff_ffff)
        see(0)
        see(1)
        #expect(tracker.lost == 0 && tracker.restarts == 0)
        see(0xffff_fff0)
        let lost = tracker.lost
        see(4)
        #expect(tracker.lost == lost + 19)
        #expect(tracker.restarts == 0)
        see(0xffff_ffff, width: .bytes8, topic: "wide")
        see(0, width: .bytes8, topic: "wide")
        #expect(tracker.restarts == 1)
    }

    @Test("a batch advances by its count; the same batch again is nothing")
    mutating func batches() {
        see(0, count: 100, width: .bytes8)
        see(100, count: 50, width: .bytes8)
        see(100, count: 50, width: .bytes8)
        #expect(tracker.lost == 0 && tracker.restarts == 0)
        see(200, count: 50, width: .bytes8)
        #expect(tracker.lost == 50)
    }

    @Test("topics count for themselves, and beyond the limit not at all")
    mutating func topics() {
        see(5, topic: "a")
        see(900, topic: "b")
        see(6, topic: "a")
        see(901, topic: "b")
        see(1, topic: "c")
        see(77, topic: "c")
        #expect(tracker.lost == 0 && tracker.restarts == 0)
        #expect(tracker.untracked == 2)
        see(9, topic: "a")
        #expect(tracker.lost == 2)
    }

    @Test("the decoder reads them from third frames and from TSB1")
    func decoder() throws {
        var decoder = Decoder(format: .auto, limits: Limits())
        var batch = SampleBatch()
        let topic = Array("hashblock".utf8)
        let payload = Array("21.5".utf8)
        func send(_ sequence: [UInt8]) throws(WireError) {
            _ = try decoder.decode(
                Frames(topic: topic.span, payload: payload.span, sequence: sequence.span),
                into: &batch)
        }
        try send([0xff, 0, 0, 0])
        #expect(batch.samples.count == 1)
        try send([0x02, 1, 0, 0])
        #expect(decoder.sequences.lost == 2)
        try send([0, 0, 0, 0])
        #expect(decoder.sequences.restarts == 1)
        try send([0, 0, 0, 0, 1, 0, 0, 0])
        #expect(throws: WireError.sequenceFrame(bytes: 3)) { try send([1, 2, 3]) }
        #expect(batch.samples.isEmpty)

        let other = Array("s1".utf8)
        _ = try decoder.decode(topic: other.span, payload: Examples.binary.span, into: &batch)
        var later = Examples.binary
        later[16] = 0x30
        _ = try decoder.decode(topic: other.span, payload: later.span, into: &batch)
        #expect(decoder.sequences.lost == 2 + (0x30 - 0x2c))
    }

    @Test("a message whose payload is refused still has arrived")
    func refused() throws {
        var decoder = Decoder(format: .auto, limits: Limits())
        var batch = SampleBatch()
        let topic = Array("t".utf8)
        for (number, payload) in ["1", "bad", "2"].enumerated() {
            let payload = Array(payload.utf8)
            let sequence: [UInt8] = [UInt8(number), 0, 0, 0]
            _ = try? decoder.decode(
                Frames(topic: topic.span, payload: payload.span, sequence: sequence.span),
                into: &batch)
        }
        #expect(decoder.sequences.lost == 0)
    }
}
