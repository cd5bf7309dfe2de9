import Daemon
import Glibc
import Synchronization
import Transport

/// Publishes JSON samples of interleaved streams, and notes when each left.
struct LoadSender: ~Copyable {
    /// Samples on their way at most where the rate is not given: all queues hold ten times as many.
    static let window = 10_000
    private static let patience: Int64 = 30_000_000_000

    private let socket: Socket
    private let traffic: Traffic
    private let streams: Int
    /// [streams]: the name and the JSON of a sample, whose time and value are written anew.
    private let names: [[UInt8]]
    private var payloads: [[UInt8]]
    /// By stream: where in its payload the time begins.
    private let timeOffsets: [Int]
    private let values: [[UInt8]]
    /// When message `first + i` was handed to libzmq, by the monotonic clock.
    private(set) var times: [Int64] = []

    init(
        to endpoint: String, prefix: String, streams: Int, traffic: Traffic
    ) throws {
        let context = try Context()
        let socket = try Socket(.publish, in: context)
        try socket.connect(Endpoint(endpoint))
        self.socket = socket
        self.traffic = traffic
        self.streams = streams
        names = (0..<streams).map { Array("\(prefix)s\($0)".utf8) }
        let heads = (0..<streams).map { "{\"stream\":\"\(prefix)s\($0)\",\"ts\":" }
        timeOffsets = heads.map(\.utf8.count)
        payloads = heads.map { Array("\($0)0000000000.000,\"value\":00.0000}".utf8) }
        values = (0..<2_000).map { index in
            let value = 20 + 5 * sin(Double(index) * 2 * Double.pi / 50)
            let noise = Double(index * 7_919 % 1_000) / 1_000
            return Self.digits(Int((value + noise) * 10_000))
        }
    }

    /// `12.3456`
    private static func digits(_ value: Int) -> [UInt8] {
        var text = Array(String(value).utf8)
        text.insert(UInt8(ascii: "."), at: 2)
        return text
    }

    /// Sends probes until one has come through, then a moment nothing.
    mutating func join(prefix: String, probe: Int) throws {
        let topic = Array("\(prefix)probe".utf8)
        var payload = Array("{\"ts\":0000000000.000,\"value\":00.0000}".utf8)
        Self.write(probe, value: values[0], at: "{\"ts\":".utf8.count, into: &payload)
        let end = SystemClock.monotonic() + Self.patience
        while !traffic.isJoined.load(ordering: .acquiring) {
            if SystemClock.monotonic() >= end || traffic.isFailed.load(ordering: .acquiring) {
                throw DaemonError(.unavailable, "bench: nothing came through within 30 s")
            }
            if try socket.send(topic.span, more: true) { _ = try socket.send(payload.span) }
            usleep(10_000)
        }
        // The probes still on their way are not to meet the load.
        usleep(100_000)
    }

    /// Sends for `seconds`, from message `first` on: at a rate, whatever becomes of it; or, with
    /// nil, as fast as they come out again.
    mutating func run(first: Int, seconds: Double, perSecond: Double?) throws {
        let start = SystemClock.monotonic()
        let end = start + Int64(seconds * 1e9)
        var pacer = Pacer(perSecond: perSecond, start: start)
        times.reserveCapacity(Int(seconds * (perSecond ?? 1e6)) + 1)
        var last = 0
        var progressed = start
        while true {
            if perSecond == nil {
                // A burst for each look at the clock and at what came out.
                let now = SystemClock.monotonic()
                let received = traffic.received.load(ordering: .acquiring)
                if received != last { (last, progressed) = (received, now) }
                if now >= end || now - progressed > 2_000_000_000 { break }
                if times.count - received >= Self.window {
                    // Far less than the window takes to come through; polling would cost a core.
                    usleep(20)
                    continue
                }
                for _ in 0..<32 { try send(first + times.count) }
            } else {
                if pacer.deadline(ofTurn: times.count) >= end { break }
                _ = pacer.waitForTurn { false }
                try send(first + times.count)
            }
        }
        traffic.sentInAll.store(times.count, ordering: .releasing)
    }

    private mutating func send(_ number: Int) throws {
        let stream = number % streams
        let index = number / streams
        Self.write(
            number, value: values[(index + stream * 13) % values.count],
            at: timeOffsets[stream], into: &payloads[stream])
        times.append(SystemClock.monotonic())
        let (name, payload) = (names[stream], payloads[stream])
        _ = try socket.send(name.span, more: true)
        _ = try socket.send(payload.span)
    }

    private static func write(
        _ number: Int, value: [UInt8], at offset: Int, into payload: inout [UInt8]
    ) {
        var rest = (MessageNumber.start * 1_000) + number
        for place in (0..<MessageNumber.digits).reversed() where place != 10 {
            payload[offset + place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        let start = offset + MessageNumber.digits + ",\"value\":".utf8.count
        for place in value.indices { payload[start + place] = value[place] }
    }
}
