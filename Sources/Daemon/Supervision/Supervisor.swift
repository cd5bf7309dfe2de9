import Glibc
import Synchronization

/// Who started this process and looks after it: the sockets that it has opened for us, and what we
/// tell it, by systemd's notification protocol (sd_notify(3)) without libsystemd. Where nobody
/// listens, telling does nothing.
///
/// Every thread may tell. Nothing here ever waits: a message that the socket does not take at once
/// is not sent, which only `ready` and `stopping` would be missed for, and they try for a second.
package final class Supervisor: Sendable {
    /// The time that `isWorking` asks for, and how often it asks at most.
    private static let extensionMicroseconds = 30_000_000
    private static let extensionIntervalNanoseconds: Int64 = 1_000_000_000
    /// How often `ready` and `stopping` try, a hundredth of a second apart.
    private static let attempts = 100

    /// Nobody.
    package static var none: Supervisor { Supervisor(environment: [:]) }

    /// In place of binding.
    let handed: HandedSockets
    /// What is wrong with the variables that the supervisor set, for the log.
    package let problem: String?
    /// Between two signs of life: half of the time after which the supervisor takes the engine for
    /// stuck. Nil: it does not ask for any.
    package let heartbeatNanoseconds: Int64?

    private let address: NotificationAddress?
    private let descriptor: Int32
    private let nextHeartbeat = Atomic<Int64>(0)
    private let nextExtension = Atomic<Int64>(0)
    private let isStopping = Atomic(false)

    /// - Parameter environment: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID are read.
    package init(environment: [String: String], handed: HandedSockets = HandedSockets()) {
        self.handed = handed
        var descriptor: Int32 = -1
        var address: NotificationAddress?
        var problem: String?
        if let path = environment["NOTIFY_SOCKET"], !path.isEmpty {
            address = NotificationAddress(path)
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
            if address == nil || descriptor < 0 {
                problem = "NOTIFY_SOCKET=\(path): expected a path of 1 to 107 bytes, or @NAME"
                address = nil
            }
        }
        let isForUs = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        let limit = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        heartbeatNanoseconds =
            address != nil && isForUs && limit > 0 && limit < Int64.max / 1000
            ? limit * 1000 / 2 : nil
        self.descriptor = descriptor
        self.address = address
        self.problem = problem
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Whether anybody listens.
    package var isListening: Bool { address != nil }

    /// READY=1: restored, bound and serving.
    package func ready(_ status: String) { tellSurely("READY=1\nSTATUS=\(Self.line(status))") }

    /// STATUS=: what goes on, in one line for a person.
    package func status(_ status: String) { _ = tell("STATUS=\(Self.line(status))") }

    /// STOPPING=1. The first call counts.
    package func stopping(_ status: String) {
        guard !isStopping.exchange(true, ordering: .relaxed) else { return }
        tellSurely("STOPPING=1\nSTATUS=\(Self.line(status))")
    }

    /// EXTEND_TIMEOUT_USEC: a start or a stop goes on and needs its time. For every step of a long
    /// work: what is called more than once a second is not sent.
    /// - Parameter what: in one line for a person, as in `Restored 200 of 10000 streams`.
    package func isWorking(on what: @autoclosure () -> String) {
        guard isListening else { return }
        let interval = Self.extensionIntervalNanoseconds
        let now = SystemClock.monotonic()
        guard Self.isDue(nextExtension, every: interval, at: now) else { return }
        _ = tell(
            "EXTEND_TIMEOUT_USEC=\(Self.extensionMicroseconds)\nSTATUS=\(Self.line(what()))")
    }

    /// WATCHDOG=1, when it is time: the sign of life of the engine's thread, which alone calls it.
    package func beat(at timeNanoseconds: Int64) {
        guard let interval = heartbeatNanoseconds else { return }
        guard Self.isDue(nextHeartbeat, every: interval, at: timeNanoseconds) else { return }
        // What was not taken is tried again in the next turn.
        if !tell("WATCHDOG=1") { nextHeartbeat.store(0, ordering: .relaxed) }
    }

    private static func isDue(
        _ next: borrowing Atomic<Int64>, every interval: Int64, at now: Int64
    ) -> Bool {
        let due = next.load(ordering: .relaxed)
        return now >= due
            && next.compareExchange(expected: due, desired: now + interval, ordering: .relaxed)
                .exchanged
    }

    /// A newline would begin another variable.
    private static func line(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    }

    private func tellSurely(_ message: String) {
        for _ in 0..<Self.attempts {
            if tell(message) { return }
            usleep(10_000)
        }
    }

    /// False when the supervisor's queue is full. Any other failure cannot be mended.
    private func tell(_ message: String) -> Bool {
        guard let address else { return true }
        let bytes = Array(message.utf8)
        while true {
            let count = address.send(bytes.span, from: descriptor)
            if count < 0, errno == EINTR { continue }
            return count >= 0 || errno != EAGAIN
        }
    }
}

/// The datagram socket that the supervisor listens on: a path, or `@` and an abstract name.
struct NotificationAddress: Sendable {
    private var address = sockaddr_un()
    private let length: socklen_t

    init?(_ path: String) {
        let bytes = Array(path.utf8)
        guard bytes.count > 1 || bytes.first == UInt8(ascii: "/"), bytes.count <= 107,
            bytes[0] == UInt8(ascii: "/") || bytes[0] == UInt8(ascii: "@")
        else { return nil }
        length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
            unsafe room.copyBytes(from: bytes)
            if bytes[0] == UInt8(ascii: "@") { unsafe room[0] = 0 }
        }
    }

    /// sendto(2), without waiting.
    func send(_ bytes: Span<UInt8>, from descriptor: Int32) -> Int {
        unsafe withUnsafePointer(to: address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bytes.withUnsafeBufferPointer { bytes in
                    unsafe sendto(
                        descriptor, bytes.baseAddress, bytes.count,
                        Int32(MSG_DONTWAIT | MSG_NOSIGNAL), address, length)
                }
            }
        }
    }
}
