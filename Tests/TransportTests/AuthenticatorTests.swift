import Testing
import Transport

@Suite("Authenticator", .serialized)
struct AuthenticatorTests {
    /// A PULL that lets in clients by their keys, and what comes in from them.
    private struct Server: ~Copyable {
        let context: Context
        let pull: Socket
        let keys: CurveKeyPair
        let endpoint: Endpoint
        var monitor: Monitor
        var authenticator: Authenticator
        var refusals: [Authenticator.Refusal] = []
        var heard: Set<String> = []
        private var message = Message(capacity: 1)

        init(admitting admitted: Set<CurveKey>, descriptor: Int32? = nil) throws {
            let context = try Context()
            let pull = try Socket(.pull, in: context)
            let keys = try CurveKeyPair()
            var monitor = try Monitor(pull)
            var authenticator = try Authenticator(keys, admitting: admitted, in: context)
            endpoint = try authenticator.bind(pull, anyPort, &monitor)
            self.context = context
            self.pull = pull
            self.keys = keys
            self.monitor = monitor
            self.authenticator = authenticator
        }

        /// One turn; the text that came in, if any.
        mutating func turn() throws -> String? {
            var refusals: [Authenticator.Refusal] = []
            _ = try authenticator.answer { refusals.append($0) }
            self.refusals += refusals
            try monitor.update()
            guard try pull.receive(into: &message) == .message else { return nil }
            heard.insert(text(message, 0))
            return text(message, 0)
        }

        /// The next text that comes in from `client`, which sends `word` until one does.
        mutating func hear(_ client: borrowing Socket, _ word: String) throws -> Bool {
            try eventually {
                _ = try client.send([word])
                return try turn() == word
            }
        }

        /// A client with these keys that looks for a server with that key.
        func client(_ keys: CurveKeyPair?, _ serverKey: CurveKey? = nil) throws -> Socket {
            var options = SocketOptions()
            options.linger = .zero
            options.reconnectInterval = .milliseconds(10)
            // So that what is sent before the handshake does not pile up.
            options.sendsOnlyToConnected = true
            let push = try Socket(.push, in: context, options: options)
            let serverKey = serverKey ?? self.keys.publicKey
            try push.connect(
                endpoint, curve: keys.map { CurveIdentity($0, serverKey: serverKey) })
            return push
        }
    }

    @Test("who has a key of the list comes in")
    func admitted() throws {
        let keys = try CurveKeyPair()
        var server = try Server(admitting: [keys.publicKey])
        let client = try server.client(keys)
        let isHeard = try server.hear(client, "secret")
        #expect(isHeard && server.refusals.isEmpty)
    }

    @Test("a key that is not on the list, another server's key and no key do not come in")
    func refused() throws {
        let keys = try CurveKeyPair()
        let other = try CurveKeyPair()
        var server = try Server(admitting: [keys.publicKey])
        let good = try server.client(keys)
        let unknown = try server.client(other)
        let astray = try server.client(keys, other.publicKey)
        let inClear = try server.client(nil)
        let isRefused = try eventually {
            for client in [0, 1, 2] {
                switch client {
                case 0: _ = try unknown.send(["unknown"])
                case 1: _ = try astray.send(["astray"])
                default: _ = try inClear.send(["in clear"])
                }
            }
            let heard = try server.turn()
            #expect(heard == nil)
            // The two without a good key are known before there is anything to ask.
            return !server.refusals.isEmpty
                && server.monitor.counters.handshakeFailedProtocol >= 2
        }
        #expect(isRefused, "\(server.monitor.counters)")
        #expect(server.refusals.first?.address == "127.0.0.1")
        #expect(server.refusals.first?.key == other.publicKey)
        let isCounted = try eventually {
            _ = try server.turn()
            return server.monitor.counters.handshakeFailedAuthentication > 0
        }
        #expect(isCounted, "\(server.monitor.counters)")
        let isHeard = try server.hear(good, "good")
        #expect(isHeard)
    }

    @Test("a key that is taken away ends its connection, and the others come in again")
    func revoked() throws {
        let (first, second) = (try CurveKeyPair(), try CurveKeyPair())
        var server = try Server(admitting: [first.publicKey, second.publicKey])
        let staying = try server.client(first)
        let leaving = try server.client(second)
        var isHeard = try server.hear(staying, "a")
        isHeard = try server.hear(leaving, "b") && isHeard
        try #require(isHeard)
        let change = try server.authenticator.admit([first.publicKey])
        #expect(change == (0, 1))
        // What had come in before counts.
        let isGone = try eventually {
            _ = try server.turn()
            return !server.refusals.isEmpty
        }
        try #require(isGone)
        for round in 0..<5 {
            _ = try leaving.send(["revoked"])
            let isHeard = try server.hear(staying, "still \(round)")
            #expect(isHeard)
        }
        #expect(!server.heard.contains("revoked"))
        #expect(server.monitor.counters.listening == 2)
    }

    @Test("a key that is added comes in, and nobody's connection is ended")
    func added() throws {
        let (first, second) = (try CurveKeyPair(), try CurveKeyPair())
        var server = try Server(admitting: [first.publicKey])
        let staying = try server.client(first)
        var isHeard = try server.hear(staying, "a")
        try server.authenticator.admit([first.publicKey, second.publicKey])
        let added = try server.client(second)
        isHeard = try server.hear(added, "b") && isHeard
        #expect(isHeard && server.monitor.counters.disconnected == 0)
    }

    @Test("endpoints in clear and with a key may be of one socket, in any order")
    func mixed() throws {
        let keys = try CurveKeyPair()
        var server = try Server(admitting: [keys.publicKey])
        let clear = try server.pull.bind(anyPort)
        var isHeard = try server.hear(try server.client(keys), "with a key")
        var options = SocketOptions()
        options.linger = .zero
        let push = try Socket(.push, in: server.context, options: options)
        try push.connect(clear)
        isHeard = try server.hear(push, "in clear") && isHeard
        #expect(isHeard)
        // One that comes last is as closed as the first.
        let last = try server.authenticator.bind(server.pull, anyPort, &server.monitor)
        let stranger = try Socket(.push, in: server.context, options: options)
        try stranger.connect(last)
        let isRefused = try eventually {
            _ = try stranger.send(["stranger"])
            _ = try server.turn()
            return server.monitor.counters.handshakeFailedProtocol > 0
        }
        #expect(isRefused)
    }

    @Test("keys are 40 characters of Z85 that stand for 32 bytes")
    func keys() throws {
        let pair = try CurveKeyPair()
        #expect(pair.publicKey != pair.secretKey)
        #expect(CurveKey(pair.publicKey.text) == pair.publicKey)
        #expect(try CurveKeyPair(secretKey: pair.secretKey) == pair)
        // The pair of ZeroMQ RFC 26.
        let secret = try #require(CurveKey("D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"))
        let known = try CurveKeyPair(secretKey: secret)
        #expect(known.publicKey.text == "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID")
        let bad = [
            "", "abc", String(pair.publicKey.text.dropLast()), pair.publicKey.text + "a",
            String(repeating: "#", count: 40), String(repeating: "a", count: 39) + " ",
            String(repeating: "a", count: 39) + "\u{0}", String(repeating: "é", count: 20),
        ]
        for text in bad { #expect(CurveKey(text) == nil, "\(text)") }
    }
}
