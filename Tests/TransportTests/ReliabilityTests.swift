import Glibc
import Synchronization
import Testing
import Transport

@Suite("Context, loss and restarts", .serialized)
struct ReliabilityTests {
    @Test("a context ends within the linger time though messages are still queued")
    func linger() throws {
        let start = ContinuousClock.now
        do {
            let context = try Context()
            var options = SocketOptions()
            options.linger = .seconds(3600)
            let push = try Socket(.push, in: context, options: options)
            // Nobody is there, and nobody will be.
            try push.connect(Endpoint(.tcp(host: "127.0.0.1", port: 1)))
            _ = try push.send(["never arrives"])
        }
        let elapsed = ContinuousClock.now - start
        #expect(elapsed >= .milliseconds(900), "the linger is cut to 1 s, not to nothing")
        #expect(elapsed < patience)
    }

    @Test("a context that is let go before its sockets ends with the last of them")
    func contextFirst() throws {
        let start = ContinuousClock.now
        for _ in 0..<20 {
            var context: Context? = try Context()
            let pull = try Socket(.pull, in: context!)
            let push = try Socket(.push, in: context!)
            context = nil
            let endpoint = try pull.bind(anyPort)
            try push.connect(endpoint)
            _ = try push.send(["still works"])
            var message = Message(capacity: 1)
            let reception = try receive(from: pull, into: &message)
            #expect(reception == .message)
        }
        #expect(ContinuousClock.now - start < patience)
    }

    @Test("shutting down ends a wait in another thread")
    func shutdown() throws {
        let context = try Context()
        try withThread(
            { [context] progress in
                do {
                    let pull = try Socket(.pull, in: context)
                    try pull.bind(anyPort)
                    var poller = Poller()
                    _ = poller.add(pull)
                    progress.store(true, ordering: .releasing)
                    do {
                        while true { try poller.wait(timeout: nil) }
                    } catch let error as ZeroMQError {
                        #expect(error.cause == .terminated)
                    }
                } catch { Issue.record(error) }
            },
            meanwhile: { progress in
                let isReady = try eventually { progress.load(ordering: .acquiring) }
                #expect(isReady)
                context.shutdown()
            })
        #expect(throws: ZeroMQError.self) { _ = try Socket(.pull, in: context) }
    }

    private final class Flag: Sendable { let value = Atomic<Bool>(false) }

    private func withThread(
        _ body: @escaping @Sendable (borrowing Atomic<Bool>) -> Void,
        meanwhile: (borrowing Atomic<Bool>) throws -> Void
    ) throws {
        let flag = Flag()
        let thread = BackgroundThread { body(flag.value) }
        try meanwhile(flag.value)
        thread.join()
    }

    @Test("100,000 messages at once: none lost at a high water mark of 100,000")
    func noLoss() throws {
        let count = 100_000
        let context = try Context()
        var publisher = try Publisher(in: context)
        let endpoint = try publisher.socket.bind(anyPort)
        let subscriber = try Socket(.subscribe, in: context)
        try subscriber.subscribe("")
        try subscriber.connect(endpoint)
        let isConnected = try eventually {
            _ = try publisher.answerSubscribers()
            return publisher.counters.subscriptions == 1
        }
        #expect(isConnected)
        // All of it before the first is read.
        let name = Array("s1".utf8)
        for index in 0..<count {
            let payload = Array("{\"seq\":\(index)}".utf8)
            let isSent = try publisher.publish(name.span, payload.span)
            try #require(isSent)
        }
        #expect(publisher.counters.overflows == 0)
        var message = Message(capacity: 2)
        for index in 0..<count {
            let reception = try receive(from: subscriber, into: &message)
            try #require(reception == .message, "message \(index)")
            try #require(text(message, 1) == "{\"seq\":\(index)}")
        }
        let more = try subscriber.receive(into: &message)
        #expect(more == .none)
    }

    @Test("a subscriber finds its publisher again after a restart, by itself")
    func restart() throws {
        let context = try Context()
        let subscriber = try Socket(.subscribe, in: context)
        try subscriber.subscribe("")
        var message = Message(capacity: 2)
        var endpoint = anyPort
        for run in 1...3 {
            // A process of its own would have a context of its own.
            let other = try Context()
            let publisher = try Socket(.publish, in: other)
            let isBound = try eventually {
                do { endpoint = try publisher.bind(endpoint) } catch let error as ZeroMQError {
                    try #require(error.cause == .addressInUse)
                    return false
                }
                return true
            }
            try #require(isBound)
            if run == 1 { try subscriber.connect(endpoint) }
            let start = ContinuousClock.now
            let isBack = try eventually {
                _ = try publisher.send(["s1", "run \(run)"])
                return try subscriber.receive(into: &message) == .message
                    && text(message, 1) == "run \(run)"
            }
            // Commonly 0.13 s: the reconnect interval. The bound leaves room for a busy machine.
            #expect(isBack && ContinuousClock.now - start < .seconds(10), "run \(run)")
        }
    }
}
