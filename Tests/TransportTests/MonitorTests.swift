import Testing
import Transport

@Suite("Monitor", .serialized)
struct MonitorTests {
    private let oneMebibyte = 1 << 20

    private func limited() -> SocketOptions {
        var options = SocketOptions()
        options.frameBytes = oneMebibyte
        options.handshakeTimeout = .milliseconds(200)
        return options
    }

    /// Whether a new peer still gets a message through.
    private func works(_ pipe: borrowing Pipe, _ word: String) throws -> Bool {
        let push = try Socket(.push, in: pipe.context)
        try push.connect(pipe.endpoint)
        _ = try push.send([word])
        var message = Message(capacity: 1)
        let reception = try receive(from: pipe.pull, into: &message)
        return reception == .message && text(message, 0) == word
    }

    @Test("peers that come and go are counted")
    func comeAndGo() throws {
        let pipe = try Pipe()
        var server = try Monitor(pipe.pull)
        for word in ["first", "second", "third"] {
            let isThrough = try works(pipe, word)
            #expect(isThrough)
        }
        // The pipe's own peer may have been accepted before the monitor began.
        let isSeen = try eventually {
            try server.update()
            return server.counters.accepted >= 3 && server.counters.handshakeSucceeded >= 3
                && server.counters.disconnected == 3
        }
        #expect(isSeen, "\(server.counters)")
        #expect(server.counters.handshakeFailed == 0)
    }

    @Test("a publisher that is not there yet is tried again, then connected to")
    func connecting() throws {
        let context = try Context()
        let probe = try Socket(.push, in: context)
        let endpoint = try probe.bind(anyPort)
        try probe.unbind(endpoint)
        var options = SocketOptions()
        options.reconnectInterval = .milliseconds(10)
        let pull = try Socket(.pull, in: context, options: options)
        var monitor = try Monitor(pull)
        try pull.connect(endpoint)
        let isRetried = try eventually {
            try monitor.update()
            return monitor.counters.connectRetried > 1
        }
        #expect(isRetried)
        let isBound = try eventually { (try? probe.bind(endpoint)) != nil }
        #expect(isBound)
        let isConnected = try eventually {
            try monitor.update()
            return monitor.counters.connected > 0 && monitor.counters.handshakeSucceeded > 0
        }
        #expect(isConnected)
    }

    /// What connects and is not ZeroMQ. By name, for the log of a test run shows its arguments.
    enum Garbage: String, CaseIterable {
        case httpRequest, zeros, ones, helloOfTLS, halfGreeting

        var bytes: [UInt8] {
            switch self {
            case .httpRequest: Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
            case .zeros: [UInt8](repeating: 0, count: 5000)
            case .ones: [UInt8](repeating: 0xff, count: 5000)
            case .helloOfTLS: [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc] + [UInt8](repeating: 7, count: 99)
            case .halfGreeting: [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3]
            }
        }
    }

    @Test(
        "what is not ZeroMQ is counted as a failed handshake and the feed goes on",
        arguments: Garbage.allCases)
    func garbage(_ garbage: Garbage) throws {
        let pipe = try Pipe(limited())
        var monitor = try Monitor(pipe.pull)
        do {
            let client = try TCPClient(port: pipe.endpoint.port)
            client.write(garbage.bytes)
            let isCounted = try eventually {
                try monitor.update()
                return monitor.counters.handshakeFailed + monitor.counters.disconnected > 0
            }
            #expect(isCounted, "\(monitor.counters)")
        }
        let isThrough = try works(pipe, "after \(garbage)")
        #expect(isThrough)
    }

    @Test("a frame over the limit costs its sender the connection, which comes back")
    func tooLarge() throws {
        let pipe = try Pipe(limited())
        var monitor = try Monitor(pipe.pull)
        _ = try pipe.push.send(["before"])
        let large = [UInt8](repeating: 0x20, count: 2 * oneMebibyte)
        _ = try pipe.push.send(large.span)
        var message = Message(capacity: 1)
        let before = try receive(from: pipe.pull, into: &message)
        #expect(before == .message && text(message, 0) == "before")
        let isCounted = try eventually {
            try monitor.update()
            return monitor.counters.disconnected == 1
        }
        #expect(isCounted, "\(monitor.counters)")
        // The same peer, without being told, goes on.
        let isBack = try eventually {
            _ = try pipe.push.send(["after"])
            return try pipe.pull.receive(into: &message) == .message
        }
        #expect(isBack && text(message, 0) == "after")
    }

    @Test("thousands of connections while nobody reads the monitor block nothing")
    func unread() throws {
        var options = limited()
        options.backlog = 4096
        let pipe = try Pipe(options)
        var monitor = try Monitor(pipe.pull)
        // Each leaves several events: more than the 2000 that libzmq would queue by itself.
        for _ in 0..<2000 { _ = try TCPClient(port: pipe.endpoint.port) }
        let isThrough = try works(pipe, "through")
        #expect(isThrough)
        let isCounted = try eventually {
            while try monitor.update() {}
            let counters = monitor.counters
            return counters.accepted >= 2000
                && counters.disconnected + counters.handshakeFailed >= 2000
        }
        #expect(isCounted, "\(monitor.counters)")
    }

    @Test("monitor and socket may go in either order")
    func order() throws {
        let context = try Context()
        do {
            let pull = try Socket(.pull, in: context)
            _ = try Monitor(pull)
            _ = try Monitor(pull)
            pull.close()
        }
        let pull = try Socket(.pull, in: context)
        var monitor = try Monitor(pull)
        pull.close()
        let more = try monitor.update()
        #expect(!more)
    }
}
