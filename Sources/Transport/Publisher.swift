import CZeroMQ

/// An XPUB socket that sends `[name, payload]` and gives every new subscriber the newest payload of
/// each name that it asked for, at once.
///
/// libzmq cannot send to one subscriber, so that second sending goes to all who subscribed to the
/// name: they see the same message, hence the same `seq`, twice.
///
/// A storm of subscriptions cannot hold up the owner. They are taken in a slice a turn, merged with
/// those that wait (`PrefixSet`), and answered by one walk over the cache at a time, also a slice a
/// turn: whatever arrives during a walk waits for the next one.
package struct Publisher: ~Copyable {
    package enum SlowSubscriber: Sendable, Equatable {
        /// libzmq drops what does not fit into a subscriber's queue (ZMQ_SNDHWM), for that one
        /// only.
        case drop
        /// `publish` refuses, until there is room in every matching queue.
        case block
    }

    package struct Counters: Sendable, Equatable {
        package var published: UInt64 = 0
        /// Messages sent again from the cache.
        package var resent: UInt64 = 0
        /// Subscription messages taken in, and those of them that another one covered.
        package var subscriptions: UInt64 = 0
        package var subscriptionsMerged: UInt64 = 0
        /// `drop`: messages at which the queue of a subscriber was found full, and which it lost.
        /// It is 0 exactly when nobody lost anything to a full queue, and a lower bound otherwise:
        /// until that subscriber reads again, libzmq skips it without a word.
        package var overflows: UInt64 = 0
        /// `block`: times that `publish` refused.
        package var refused: UInt64 = 0
        /// Payloads that the limit of the cache did not let in.
        package var uncached: UInt64 = 0

        package init() {}
    }

    /// Subscription messages taken in, and cached messages sent again, in one turn (some 0.3 ms).
    package static let workPerTurn = 256
    /// Turns that a walk waits for room in a full queue before it goes on without that subscriber.
    static let patience = 100
    static let waitingPrefixes = 4096

    /// For bind, connect, a `Poller` (readable: subscriptions came in) and a `Monitor`.
    package let socket: Socket
    package let slowSubscriber: SlowSubscriber
    package private(set) var counters = Counters()
    package private(set) var cache: LastValueCache
    private var waiting = PrefixSet(limit: Publisher.waitingPrefixes)
    private var walk = Walk()
    private var request = Message(capacity: 1)

    /// Bytes of a subscription. All that subscribers send; a longer one costs the connection.
    package static let subscriptionBytes = 4096

    /// - Parameter options: `everySubscription`, `refusesWhenFull`, `frameBytes` are set here.
    package init(
        in context: Context, options: SocketOptions = SocketOptions(),
        slowSubscriber: SlowSubscriber = .drop,
        cacheLimit: LastValueCache.Limit = LastValueCache.Limit()
    ) throws(ZeroMQError) {
        var options = options
        options.everySubscription = true
        options.refusesWhenFull = true
        options.frameBytes = Self.subscriptionBytes
        socket = try Socket(.xpub, in: context, options: options)
        self.slowSubscriber = slowSubscriber
        cache = LastValueCache(limit: cacheLimit)
    }

    /// Sends one message, and keeps it for those who come later. False: refused (`block`), call
    /// again with the same message after a millisecond; polling does not help, an XPUB is always
    /// writable.
    package mutating func publish(
        _ name: Span<UInt8>, _ payload: Span<UInt8>
    ) throws(ZeroMQError) -> Bool {
        if try !sendToAll(name, payload) {
            if slowSubscriber == .block {
                counters.refused += 1
                return false
            }
            try sendDropping(name, payload)
        }
        counters.published += 1
        remember(name, payload)
        return true
    }

    /// Keeps a message for those who come later without sending it: after a restart.
    package mutating func remember(_ name: Span<UInt8>, _ payload: Span<UInt8>) {
        if cache.limit.names > 0, !cache.store(name, payload) { counters.uncached += 1 }
    }

    /// Forgets the newest message of a name.
    package mutating func forget(_ name: Span<UInt8>) { cache.remove(name) }

    /// A new limit on names. What is kept stays.
    package mutating func limitCache(names: Int) { cache.limit.names = names }

    /// Whether subscribers wait for more of the cache.
    package var isAnswering: Bool { !walk.isDone || !waiting.isEmpty }

    /// One turn of answering new subscribers. True when there is more to do: call again soon.
    package mutating func answerSubscribers() throws(ZeroMQError) -> Bool {
        let moreRequests = try takeSubscriptions()
        if walk.isDone, !waiting.isEmpty {
            walk = Walk(over: waiting.prefixes)
            waiting.removeAll()
        }
        try continueWalk()
        return moreRequests || isAnswering
    }

    /// Reads `\x01prefix` (subscribe); `\x00prefix` (unsubscribe) and anything else is passed over.
    private mutating func takeSubscriptions() throws(ZeroMQError) -> Bool {
        for _ in 0..<Self.workPerTurn {
            switch try socket.receive(into: &request) {
            case .none: return false
            case .oversized, .discarding: continue
            case .message: break
            }
            guard let prefix = Self.subscription(in: request[0]) else { continue }
            counters.subscriptions += 1
            guard cache.limit.names > 0 else { continue }
            if !waiting.insert(prefix) { counters.subscriptionsMerged += 1 }
        }
        return true
    }

    private static func subscription(in frame: Span<UInt8>) -> [UInt8]? {
        guard !frame.isEmpty, frame[0] == 1 else { return nil }
        return Array(copying: frame.extracting(1...))
    }

    // MARK: Sending from the cache

    /// Where a walk over the cache has come to. Names may come and go between two slices of it.
    private struct Walk {
        var prefixes: [[UInt8]] = []
        /// The prefix it is at.
        var current = 0
        /// The last name sent for that prefix.
        var last: [UInt8]?
        /// Turns without room in some queue.
        var refusals = 0

        init() {}
        init(over prefixes: [[UInt8]]) { self.prefixes = prefixes }

        var isDone: Bool { current == prefixes.count }
    }

    private mutating func continueWalk() throws(ZeroMQError) {
        guard !walk.isDone else { return }
        var position = cache.position(after: walk.prefixes[walk.current], walk.last)
        for _ in 0..<Self.workPerTurn {
            let prefix = walk.prefixes[walk.current]
            guard position < cache.count, cache.name(at: position).starts(with: prefix) else {
                walk.current += 1
                walk.last = nil
                if walk.isDone { return }
                position = cache.position(notBefore: walk.prefixes[walk.current])
                continue
            }
            guard try resend(position) else { return }
            walk.last = cache.name(at: position)
            position += 1
        }
    }

    /// False when there is no room and the walk is still patient.
    private mutating func resend(_ position: Int) throws(ZeroMQError) -> Bool {
        let name = cache.name(at: position)
        let payload = cache.payload(at: position)
        if try !sendToAll(name.span, payload.span) {
            walk.refusals += 1
            if walk.refusals <= Self.patience { return false }
            try sendDropping(name.span, payload.span)
        }
        counters.resent += 1
        return true
    }

    // MARK: Sending

    /// False when the queue of a matching subscriber is full; then nobody gets it.
    private func sendToAll(
        _ name: Span<UInt8>, _ payload: Span<UInt8>
    ) throws(ZeroMQError) -> Bool {
        if try !socket.send(name, more: true) {
            try socket.handle.refresh()
            guard try socket.send(name, more: true) else { return false }
        }
        let isSent = try socket.send(payload)
        precondition(isSent, "libzmq refuses whole messages, never their second frame")
        return true
    }

    /// Sends to all who have room.
    private mutating func sendDropping(
        _ name: Span<UInt8>, _ payload: Span<UInt8>
    ) throws(ZeroMQError) {
        counters.overflows += 1
        try socket.handle.set(ZMQ_XPUB_NODROP, "ZMQ_XPUB_NODROP", to: 0)
        let isSent = try sendToAll(name, payload)
        try socket.handle.set(ZMQ_XPUB_NODROP, "ZMQ_XPUB_NODROP", to: 1)
        precondition(isSent, "an XPUB that drops never refuses")
    }
}

extension LastValueCache {
    /// Where a walk over the names that begin with `prefix` goes on after `last`, or starts.
    fileprivate func position(after prefix: [UInt8], _ last: [UInt8]?) -> Int {
        if let last { position(after: last) } else { position(notBefore: prefix) }
    }
}
