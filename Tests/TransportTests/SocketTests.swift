import Glibc
import Testing
import Transport

@Suite("Socket", .serialized)
struct SocketTests {
    @Test("what is pushed arrives, frame by frame, in order")
    func pushAndPull() throws {
        let pipe = try Pipe()
        var message = Message(capacity: 3)
        let long = String(repeating: "forecast ", count: 20_000)
        let sent = [["one"], ["s1", "21.5"], ["s1", "", "12345678"], [long, "x"], [""]]
        for frames in sent {
            let isSent = try pipe.push.send(frames)
            #expect(isSent)
        }
        for frames in sent {
            let reception = try receive(from: pipe.pull, into: &message)
            #expect(reception == .message)
            var received: [String] = []
            for frame in 0..<message.count { received.append(text(message, frame)) }
            #expect(received == frames)
        }
        let last = try pipe.pull.receive(into: &message)
        #expect(last == .none)
    }

    @Test("a subscription takes in what begins with its prefix, until it is taken back")
    func subscriptions() throws {
        let context = try Context()
        let publisher = try Socket(.publish, in: context)
        let subscriber = try Socket(.subscribe, in: context)
        let endpoint = try publisher.bind(anyPort)
        try subscriber.connect(endpoint)
        try subscriber.subscribe("s1")
        try subscriber.subscribe("end")
        var message = Message(capacity: 1)
        // Publish until the subscription has arrived, then the ones that count.
        let isConnected = try eventually {
            _ = try publisher.send(["s1?"])
            return try subscriber.receive(into: &message) == .message
        }
        #expect(isConnected)
        for name in ["s2", "s", "s1", "s10", "S1", "end"] { _ = try publisher.send([name]) }
        var names: [String] = []
        while names.last != "end" {
            let reception = try receive(from: subscriber, into: &message)
            try #require(reception == .message)
            if text(message, 0) != "s1?" { names.append(text(message, 0)) }
        }
        #expect(names == ["s1", "s10", "end"])

        try subscriber.unsubscribe("s1")
        let isGone = try eventually {
            _ = try publisher.send(["s1"])
            _ = try publisher.send(["end"])
            let reception = try receive(from: subscriber, into: &message)
            try #require(reception == .message)
            if text(message, 0) == "end" { return true }
            return try receive(from: subscriber, into: &message) == .none
        }
        #expect(isGone)
    }

    @Test("a second bind of a port says that it is in use, and where, and what to do")
    func addressInUse() throws {
        let context = try Context()
        let first = try Socket(.subscribe, in: context)
        let endpoint = try first.bind(anyPort)
        #expect(endpoint.port != 0)
        let error = #expect(throws: ZeroMQError.self) {
            try Socket(.pull, in: context).bind(endpoint)
        }
        #expect(error?.cause == .addressInUse)
        let text = error?.description ?? ""
        #expect(text.hasPrefix("cannot bind \(endpoint): the address is in use: "), "\(text)")
        #expect(text.contains("another port"))
    }

    @Test(
        "a bind that cannot work says why",
        arguments: [
            ("tcp://no-such-interface:5555", ZeroMQError.Cause.unknownHost),
            ("tcp://192.0.2.1:5555", .addressNotLocal),
            ("ipc:///no/such/folder/x.sock", .noSuchFolder),
        ])
    func bindFails(_ text: String, _ cause: ZeroMQError.Cause) throws {
        let context = try Context()
        let endpoint = try Endpoint(text)
        let error = #expect(throws: ZeroMQError.self) {
            try Socket(.pull, in: context).bind(endpoint)
        }
        #expect(error?.cause == cause)
    }

    @Test("a connect to nowhere in particular is refused", arguments: ["*:5555", "127.0.0.1:*"])
    func notConnectable(_ address: String) throws {
        let context = try Context()
        let endpoint = try Endpoint("tcp://" + address)
        let error = #expect(throws: ZeroMQError.self) {
            try Socket(.push, in: context).connect(endpoint)
        }
        #expect(error?.cause == .notConnectable)
    }

    @Test("localhost and IPv6 can be bound, though libzmq alone does not know the first")
    func loopbackNames() throws {
        let context = try Context()
        for text in ["tcp://localhost:*", "tcp://[::1]:*"] {
            let pull = try Socket(.pull, in: context)
            let push = try Socket(.push, in: context)
            let endpoint: Endpoint
            do { endpoint = try pull.bind(try Endpoint(text)) } catch let error as ZeroMQError {
                // A machine without IPv6.
                #expect(text.contains("::1") && error.cause == .addressNotLocal, "\(error)")
                continue
            }
            #expect(endpoint.isLoopback)
            try push.connect(endpoint)
            _ = try push.send(["hello"])
            var message = Message(capacity: 1)
            let reception = try receive(from: pull, into: &message)
            #expect(reception == .message, "\(endpoint)")
        }
    }

    @Test("a socket handed over by systemd is listened on")
    func givenDescriptor() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0 && listen(descriptor, 8) == 0)
        let context = try Context()
        let pull = try Socket(.pull, in: context)
        let endpoint = try pull.bind(anyPort, descriptor: descriptor)
        let push = try Socket(.push, in: context)
        try push.connect(Endpoint(.tcp(host: "127.0.0.1", port: endpoint.port)))
        _ = try push.send(["hello"])
        var message = Message(capacity: 1)
        let reception = try receive(from: pull, into: &message)
        #expect(reception == .message)
    }

    @Test("an endpoint that was unbound can be bound anew")
    func unbind() throws {
        let context = try Context()
        let pull = try Socket(.pull, in: context)
        let endpoint = try pull.bind(anyPort)
        try pull.unbind(endpoint)
        let isFree = try eventually {
            do { try pull.bind(endpoint) } catch let error as ZeroMQError {
                try #require(error.cause == .addressInUse)
                return false
            }
            return true
        }
        #expect(isFree)
        let other = Endpoint(.tcp(host: "127.0.0.1", port: 1))
        let error = #expect(throws: ZeroMQError.self) { try pull.unbind(other) }
        #expect(error?.cause == .notAttached)
    }

    @Test("a full queue refuses the first frame, never half a message")
    func highWaterMark() throws {
        let context = try Context()
        var options = SocketOptions()
        options.sendHighWaterMark = 7
        options.receiveHighWaterMark = 5
        let pull = try Socket(.pull, in: context, options: options)
        let push = try Socket(.push, in: context, options: options)
        let endpoint = Endpoint(.inproc(name: "queue"))
        try pull.bind(endpoint)
        try push.connect(endpoint)
        var count = 0
        while try push.send(["s1", "21.5"]) {
            count += 1
            try #require(count <= 12)
        }
        // Within one process libzmq adds the two sides' limits.
        #expect(count == 12)
        var message = Message(capacity: 2)
        for _ in 0..<12 {
            let reception = try receive(from: pull, into: &message)
            try #require(reception == .message && message.count == 2)
        }
        let isRoom = try eventually { try push.send(["s1", "21.5"]) }
        #expect(isRoom)
    }
}
