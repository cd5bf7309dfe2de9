import Daemon
import Synchronization
import Transport

/// Takes in what comes out of a pipeline, and notes when.
struct LoadReceiver: ~Copyable {
    /// Silence after the last sample was sent, after which the rest counts as lost.
    private static let silence: Int64 = 5_000_000_000

    /// Samples that it has room for from the start, so that nothing is moved while it measures.
    private static let usualCount = 1 << 20

    private let socket: Socket
    private let traffic: Traffic
    private var poller = Poller()
    private var message = Message(capacity: 2)
    /// The numbers of the messages, in the order they came, and when by the monotonic clock.
    private(set) var numbers: [Int] = []
    private(set) var times: [Int64] = []

    init(from endpoint: String, prefix: String, traffic: Traffic) throws {
        let context = try Context()
        let socket = try Socket(.subscribe, in: context)
        try socket.subscribe(prefix)
        try socket.connect(Endpoint(endpoint))
        _ = poller.add(socket)
        self.socket = socket
        self.traffic = traffic
    }

    /// Until all from number `first` on have come, or no more do.
    mutating func run(first: Int, probe: Int) throws {
        var last = SystemClock.monotonic()
        numbers.reserveCapacity(Self.usualCount)
        times.reserveCapacity(Self.usualCount)
        while !traffic.isFailed.load(ordering: .acquiring) {
            let sent = traffic.sentInAll.load(ordering: .acquiring)
            if sent >= 0, numbers.count >= sent { return }
            _ = try poller.wait(timeout: .milliseconds(20))
            let before = numbers.count
            while try socket.receive(into: &message) == .message {
                take(first: first, probe: probe)
            }
            let now = SystemClock.monotonic()
            if numbers.count > before || sent < 0 { last = now }
            if now - last > Self.silence { return }
            traffic.received.store(numbers.count, ordering: .releasing)
        }
    }

    private mutating func take(first: Int, probe: Int) {
        guard message.count == 2, let number = MessageNumber.read(message[1]) else { return }
        if number == probe { traffic.isJoined.store(true, ordering: .releasing) }
        guard number >= first else { return }
        numbers.append(number)
        times.append(SystemClock.monotonic())
        if numbers.count & 63 == 0 {
            traffic.received.store(numbers.count, ordering: .releasing)
        }
    }
}
