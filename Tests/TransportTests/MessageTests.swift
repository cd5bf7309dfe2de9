import Testing
import Transport

@Suite("Message", .serialized)
struct MessageTests {
    private static func address(_ bytes: Span<UInt8>) -> Int {
        unsafe bytes.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
    }

    @Test("the bytes are read where they are, also when the message moves")
    func noCopy() throws {
        let pipe = try Pipe()
        // 33 bytes is the most that libzmq keeps inside zmq_msg_t.
        for count in [1, 33, 34, 8192, 100_000] {
            _ = try pipe.push.send([String(repeating: "x", count: count)])
            var message = Message(capacity: 2)
            let reception = try receive(from: pipe.pull, into: &message)
            #expect(reception == .message)
            let before = Self.address(message[0])
            let moved = message
            #expect(Self.address(moved[0]) == before)
            #expect(moved[0].count == count)
            message = Message(capacity: 1)
        }
    }

    @Test("a message with too many frames is thrown away whole and the next one is intact")
    func tooManyFrames() throws {
        let pipe = try Pipe()
        var message = Message(capacity: 3)
        for count in [4, 50, Socket.discardedFramesPerCall - 1] {
            _ = try pipe.push.send([String](repeating: "frame", count: count))
            _ = try pipe.push.send(["s1", "21.5"])
            let first = try receive(from: pipe.pull, into: &message)
            #expect(first == .oversized(frames: count))
            #expect(message.count == 0)
            let second = try receive(from: pipe.pull, into: &message)
            #expect(second == .message)
            #expect(message.count == 2 && text(message, 1) == "21.5")
        }
    }

    @Test("throwing away a very long message is cut into slices")
    func veryManyFrames() throws {
        let pipe = try Pipe()
        let count = 5 * Socket.discardedFramesPerCall
        _ = try pipe.push.send([String](repeating: "", count: count))
        _ = try pipe.push.send(["next"])
        var message = Message(capacity: 3)
        var calls = 1
        var reception = try receive(from: pipe.pull, into: &message)
        while reception == .discarding {
            reception = try pipe.pull.receive(into: &message)
            calls += 1
            try #require(calls < 10)
        }
        #expect(reception == .oversized(frames: count))
        #expect(calls == 5)
        let next = try receive(from: pipe.pull, into: &message)
        #expect(next == .message && text(message, 0) == "next")
    }

    @Test("a message can be emptied and used again")
    func reuse() throws {
        let pipe = try Pipe()
        var message = Message(capacity: 2)
        for round in 0..<10 {
            _ = try pipe.push.send([String(repeating: "y", count: round * 20)])
            let reception = try receive(from: pipe.pull, into: &message)
            try #require(reception == .message && message[0].count == round * 20)
            if round % 2 == 0 {
                message.removeAll()
                try #require(message.count == 0)
            }
        }
    }
}
