import Testing
import Transport

/// A subscriber that keeps, by name, every payload it got, in order.
private struct Listener: ~Copyable {
    let socket: Socket
    private(set) var payloads: [String: [String]] = [:]
    private(set) var count = 0
    private var message = Message(capacity: 2)

    init(
        _ context: Context, _ endpoint: Endpoint, _ prefixes: [String],
        options: SocketOptions = SocketOptions()
    ) throws {
        let socket = try Socket(.subscribe, in: context, options: options)
        for prefix in prefixes { try socket.subscribe(prefix) }
        try socket.connect(endpoint)
        self.socket = socket
    }

    mutating func drain() throws {
        while try socket.receive(into: &message) == .message {
            try #require(message.count == 2)
            payloads[text(message, 0), default: []].append(text(message, 1))
            count += 1
        }
    }
}

extension Publisher {
    fileprivate mutating func publish(_ name: String, _ payload: String) throws -> Bool {
        let (name, payload) = (Array(name.utf8), Array(payload.utf8))
        return try publish(name.span, payload.span)
    }

    /// Publishes what must not be refused.
    fileprivate mutating func send(_ name: String, _ payload: String) throws {
        let isSent = try publish(name, payload)
        try #require(isSent)
    }

    /// Takes turns until nobody waits for an answer and `count` subscriptions have come in.
    fileprivate mutating func settle(subscriptions count: UInt64) throws {
        let end = ContinuousClock.now + patience
        while try answerSubscribers() || counters.subscriptions < count {
            try #require(ContinuousClock.now < end, "\(counters)")
        }
    }
}

@Suite("Publisher", .serialized)
struct PublisherTests {
    @Test("who subscribes late gets the newest of each name asked for, though nothing new is sent")
    func lateSubscriber() throws {
        let context = try Context()
        var publisher = try Publisher(in: context)
        let endpoint = try publisher.socket.bind(anyPort)
        for round in 0..<3 {
            for name in ["s1", "s10", "s2", "plant/a"] {
                let isSent = try publisher.publish(name, "\(name) #\(round)")
                #expect(isSent)
            }
        }
        var late = try Listener(context, endpoint, ["s1", "plant/"])
        try publisher.settle(subscriptions: 2)
        let isAnswered = try eventually {
            try late.drain()
            return late.count == 3
        }
        #expect(isAnswered)
        #expect(late.payloads == ["s1": ["s1 #2"], "s10": ["s10 #2"], "plant/a": ["plant/a #2"]])

        // A second one, of everything: the first sees the newest of its own names again.
        var second = try Listener(context, endpoint, [""])
        try publisher.settle(subscriptions: 3)
        let isSecondAnswered = try eventually {
            try second.drain()
            try late.drain()
            return second.count == 4 && late.count == 6
        }
        #expect(isSecondAnswered, "\(second.count) \(late.count)")
        #expect(second.payloads["s2"]?.last == "s2 #2")
        #expect(late.payloads["s10"] == ["s10 #2", "s10 #2"])
        #expect(publisher.counters.resent == 7)
        #expect(publisher.counters.overflows == 0)
    }

    @Test("a repeated subscription to the same name by another one counts: nobody is passed over")
    func everySubscriberCounts() throws {
        let context = try Context()
        var publisher = try Publisher(in: context)
        let endpoint = try publisher.socket.bind(anyPort)
        _ = try publisher.publish("s1", "newest")
        for number in 1...5 {
            var listener = try Listener(context, endpoint, ["s1"])
            try publisher.settle(subscriptions: UInt64(number))
            let isAnswered = try eventually {
                try listener.drain()
                return listener.payloads["s1"]?.last == "newest"
            }
            #expect(isAnswered, "subscriber \(number)")
        }
    }

    @Test("a restored message answers like a sent one, a forgotten one does not")
    func rememberAndForget() throws {
        let context = try Context()
        var publisher = try Publisher(in: context)
        let endpoint = try publisher.socket.bind(anyPort)
        for name in ["gone", "kept"] {
            publisher.remember(Array(name.utf8).span, Array("restored".utf8).span)
        }
        publisher.forget(Array("gone".utf8).span)
        var late = try Listener(context, endpoint, [""])
        try publisher.settle(subscriptions: 1)
        let isAnswered = try eventually {
            try late.drain()
            return late.count > 0
        }
        #expect(isAnswered && late.payloads == ["kept": ["restored"]])
        #expect(publisher.counters.published == 0)
    }

    @Test("ten thousand names are sent again a slice a turn, each once")
    func slices() throws {
        let context = try Context()
        let count = 10_000
        var limit = LastValueCache.Limit()
        limit.names = count + 1
        var publisher = try Publisher(in: context, cacheLimit: limit)
        let endpoint = try publisher.socket.bind(anyPort)
        for index in 0..<count { _ = try publisher.publish("stream/\(index)", "{}") }
        var late = try Listener(context, endpoint, ["stream/"])
        var turns = 0
        let isAnswered = try eventually {
            let before = publisher.counters.resent
            _ = try publisher.answerSubscribers()
            let sent = publisher.counters.resent - before
            try #require(sent <= UInt64(Publisher.workPerTurn))
            if sent > 0 { turns += 1 }
            // A name that comes and goes in between disturbs nothing.
            _ = try publisher.publish("stream/5000x", "{}")
            publisher.forget(Array("stream/5000x".utf8).span)
            try late.drain()
            return late.payloads.count == count + 1
        }
        #expect(isAnswered)
        #expect(turns >= count / Publisher.workPerTurn)
        let unique = (0..<count).allSatisfy { late.payloads["stream/\($0)"] == ["{}"] }
        #expect(unique)
    }

    @Test("a storm of subscriptions is merged: the cache is walked a few times, not thousands")
    func storm() throws {
        let context = try Context()
        var publisher = try Publisher(in: context)
        let endpoint = try publisher.socket.bind(anyPort)
        for index in 0..<100 { _ = try publisher.publish("s\(index)", "{}") }
        var listeners = 0
        let stormer = try Socket(.subscribe, in: context)
        try stormer.connect(endpoint)
        for _ in 0..<1000 {
            // Each is a new subscription on the wire, since the one before is taken back.
            for prefix in ["", "s", "s1", "s12", "none"] {
                try stormer.subscribe(prefix)
                try stormer.unsubscribe(prefix)
                listeners += 1
            }
        }
        try publisher.settle(subscriptions: UInt64(listeners))
        #expect(publisher.counters.subscriptions == UInt64(listeners))
        // 20 turns take it all in; each may begin one walk over 100 names.
        #expect(publisher.counters.resent <= 100 * 60, "\(publisher.counters)")
        #expect(publisher.counters.subscriptionsMerged > UInt64(listeners) / 2)
    }

    @Test("dropping: the slow one loses, is noticed, and the others get everything")
    func drop() throws {
        let context = try Context()
        var options = SocketOptions()
        options.sendHighWaterMark = 50
        var publisher = try Publisher(in: context, options: options)
        let endpoint = try publisher.socket.bind(Endpoint(.inproc(name: "drop")))
        var narrow = SocketOptions()
        narrow.receiveHighWaterMark = 50
        var slow = try Listener(context, endpoint, [""], options: narrow)
        var fast = try Listener(context, endpoint, [""], options: narrow)
        try publisher.settle(subscriptions: 2)
        for index in 0..<100 { try publisher.send("s", "\(index)") }
        #expect(publisher.counters.overflows == 0)
        try fast.drain()
        for index in 100..<1000 {
            try publisher.send("s", "\(index)")
            try fast.drain()
        }
        #expect(publisher.counters.overflows >= 1)
        #expect(publisher.counters.published == 1000)
        let isFastComplete = fast.payloads["s"] == (0..<1000).map(String.init)
        #expect(isFastComplete, "\(fast.count)")
        try slow.drain()
        #expect(slow.payloads["s"] == (0..<100).map(String.init))
        // Once it has caught up it is served again, and noticed again.
        let before = publisher.counters.overflows
        let isServed = try eventually {
            _ = try publisher.publish("s", "again")
            try slow.drain()
            try fast.drain()
            return slow.payloads["s"]?.last == "again"
        }
        #expect(isServed && publisher.counters.overflows == before)
        for _ in 0..<200 { try publisher.send("s", "x") }
        #expect(publisher.counters.overflows > before)
    }

    @Test("blocking: refused while one is full, then nothing is missing")
    func block() throws {
        let context = try Context()
        var options = SocketOptions()
        options.sendHighWaterMark = 50
        var publisher = try Publisher(in: context, options: options, slowSubscriber: .block)
        let endpoint = try publisher.socket.bind(Endpoint(.inproc(name: "block")))
        var narrow = SocketOptions()
        narrow.receiveHighWaterMark = 50
        var slow = try Listener(context, endpoint, [""], options: narrow)
        try publisher.settle(subscriptions: 1)
        var refusals = 0
        for index in 0..<1000 {
            let isSent = try eventually {
                if try publisher.publish("s", "\(index)") { return true }
                refusals += 1
                try slow.drain()
                return false
            }
            try #require(isSent)
        }
        try slow.drain()
        #expect(slow.payloads["s"] == (0..<1000).map(String.init))
        #expect(refusals > 0 && publisher.counters.refused == UInt64(refusals))
    }

    @Test("one subscriber that never reads does not keep the newest from another")
    func stuckSubscriber() throws {
        let context = try Context()
        var options = SocketOptions()
        options.sendHighWaterMark = 20
        var publisher = try Publisher(in: context, options: options)
        let endpoint = try publisher.socket.bind(Endpoint(.inproc(name: "stuck")))
        var narrow = SocketOptions()
        narrow.receiveHighWaterMark = 20
        let stuck = try Listener(context, endpoint, [""], options: narrow)
        try publisher.settle(subscriptions: 1)
        for index in 0..<40 { _ = try publisher.publish("s\(index)", "{}") }
        var late = try Listener(context, endpoint, [""])
        try publisher.settle(subscriptions: 2)
        let isAnswered = try eventually {
            try late.drain()
            return late.payloads.count == 40
        }
        #expect(isAnswered, "\(late.payloads.count)")
        #expect(stuck.count == 0)
    }

    @Test("a subscription longer than any name costs its sender the connection, nobody else")
    func longSubscription() throws {
        let context = try Context()
        var publisher = try Publisher(in: context)
        var monitor = try Monitor(publisher.socket)
        let endpoint = try publisher.socket.bind(anyPort)
        _ = try publisher.publish("s1", "newest")
        let long = String(repeating: "s", count: Publisher.subscriptionBytes)
        let hostile = try Listener(context, endpoint, [long])
        let isDropped = try eventually {
            try monitor.update()
            return monitor.counters.disconnected > 0
        }
        #expect(isDropped)
        var late = try Listener(context, endpoint, ["s1"])
        try publisher.settle(subscriptions: 1)
        let isAnswered = try eventually {
            try late.drain()
            return late.payloads["s1"] == ["newest"]
        }
        #expect(isAnswered && hostile.count == 0)
    }

    @Test("without a cache nothing is sent again")
    func noCache() throws {
        let context = try Context()
        var limit = LastValueCache.Limit()
        limit.names = 0
        var publisher = try Publisher(in: context, cacheLimit: limit)
        let endpoint = try publisher.socket.bind(anyPort)
        _ = try publisher.publish("s1", "old")
        var late = try Listener(context, endpoint, [""])
        try publisher.settle(subscriptions: 1)
        let isNew = try eventually {
            _ = try publisher.publish("s1", "new")
            try late.drain()
            return late.count > 0
        }
        #expect(isNew && late.payloads["s1"]?.contains("old") == false)
        #expect(publisher.counters.uncached == 0)
    }
}
