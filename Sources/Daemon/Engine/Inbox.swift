import Series
import Settings
import Transport
import Wire

/// The sockets that samples come in on, and what has come in so far.
struct Inbox: ~Copyable {
    /// Which socket a message is taken from.
    enum Source: CaseIterable {
        /// Subscribes to publishers: binds, or connects out.
        case subscriber
        /// Takes from pushers. They wait when we are slow, where publishers drop.
        case puller
    }

    /// What one message was.
    enum Arrival {
        /// Nothing is waiting.
        case none
        /// The batch holds samples (none, when the feed sent an empty array); some of the message's
        /// may have been refused, the first for this reason. Counted.
        case samples(refused: WireError?)
        /// Nothing of it can be used. Counted.
        case rejected(WireError)
    }

    /// Totals since the start.
    struct Counters {
        var messages: UInt64 = 0
        var bytes: UInt64 = 0
        /// Refused messages, and refused samples of otherwise good messages, by reason.
        var rejected = [UInt64](repeating: 0, count: WireError.Reason.allCases.count)
    }

    let subscriber: Socket
    let puller: Socket
    /// What the endpoints came to be, with the ports that the system chose.
    private(set) var boundSubscriber: [Endpoint] = []
    private(set) var boundPuller: [Endpoint] = []
    private(set) var subscriberMonitor: Monitor
    private(set) var pullerMonitor: Monitor
    private(set) var counters = Counters()
    private var decoder: Decoder
    private var message = Message(capacity: Limits.frames)

    /// Opens the sockets, then binds and connects them as the settings say.
    init(
        _ settings: Settings, handed: HandedSockets, _ admission: inout Admission,
        in context: Context
    ) throws {
        var options = SocketOptions()
        options.receiveHighWaterMark = settings.input.highWaterMark
        options.frameBytes = settings.limits.messageBytes
        options.handshakeTimeout = Admission.handshakeTimeout
        let subscriber = try Socket(.subscribe, in: context, options: options)
        let puller = try Socket(.pull, in: context, options: options)
        // Monitors first: they are to see the very first connection.
        var subscriberMonitor = try Monitor(subscriber)
        var pullerMonitor = try Monitor(puller)
        for prefix in settings.input.subscribe { try subscriber.subscribe(prefix) }
        for text in settings.input.bind {
            let descriptor = handed.descriptor(for: .input, text)
            boundSubscriber.append(
                try admission.bind(
                    subscriber, text, descriptor: descriptor, &subscriberMonitor))
        }
        for text in settings.input.pullBind {
            let descriptor = handed.descriptor(for: .pull, text)
            boundPuller.append(
                try admission.bind(puller, text, descriptor: descriptor, &pullerMonitor))
        }
        for text in settings.input.connect { try admission.connect(subscriber, text) }
        decoder = Decoder(format: settings.inputFormat, limits: settings.limits)
        self.subscriber = subscriber
        self.puller = puller
        self.subscriberMonitor = subscriberMonitor
        self.pullerMonitor = pullerMonitor
    }

    var sequences: SequenceTracker { decoder.sequences }

    /// Takes one message, without waiting, and puts its samples into `batch`.
    mutating func next(
        from source: Source, into batch: inout SampleBatch
    ) throws(ZeroMQError) -> Arrival {
        let reception =
            switch source {
            case .subscriber: try subscriber.receive(into: &message)
            case .puller: try puller.receive(into: &message)
            }
        switch reception {
        case .none, .discarding:
            return .none
        case .oversized(let frames):
            counters.messages += 1
            return refuse(.frames(count: frames))
        case .message:
            counters.messages += 1
            counters.bytes += UInt64(message.byteCount)
            return decode(into: &batch)
        }
    }

    private mutating func decode(into batch: inout SampleBatch) -> Arrival {
        do throws(WireError) {
            let isWhole = try Self.decode(message, with: &decoder, into: &batch)
            if isWhole { return .samples(refused: nil) }
            let rejections = decoder.rejections
            for reason in WireError.Reason.allCases {
                counters.rejected[reason.rawValue] += UInt64(rejections[reason])
            }
            return .samples(refused: rejections.first)
        } catch {
            return refuse(error)
        }
    }

    private mutating func refuse(_ error: WireError) -> Arrival {
        counters.rejected[error.reason.rawValue] += 1
        return .rejected(error)
    }

    /// Whether nothing was left out. `Message` holds no more than `Limits.frames`, which are 3.
    private static func decode(
        _ message: borrowing Message, with decoder: inout Decoder, into batch: inout SampleBatch
    ) throws(WireError) -> Bool {
        switch message.count {
        case 1:
            try decoder.decode(Frames(payload: message[0]), into: &batch)
        case 2:
            try decoder.decode(Frames(topic: message[0], payload: message[1]), into: &batch)
        default:
            try decoder.decode(
                Frames(topic: message[0], payload: message[1], sequence: message[2]), into: &batch)
        }
        return !decoder.hasRejections
    }

    /// Counts what happened to the connections.
    mutating func updateMonitors() throws(ZeroMQError) {
        try subscriberMonitor.update()
        try pullerMonitor.update()
    }
}
