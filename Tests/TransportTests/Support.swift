import CZeroMQ
import Glibc
import Testing
import Transport

/// An ephemeral port of the loopback interface.
let anyPort = Endpoint(.tcp(host: "127.0.0.1", port: 0))

/// Long enough for the noisiest machine: only a failing test waits that long.
let patience = Duration.seconds(30)

/// Repeats `attempt` until it succeeds or the patience is at an end; sleeps 1 ms between two.
func eventually(_ attempt: () throws -> Bool) throws -> Bool {
    let end = ContinuousClock.now + patience
    while ContinuousClock.now < end {
        if try attempt() { return true }
        usleep(1000)
    }
    return false
}

/// Waits for a message; `.none` when the time is over.
func receive(
    from socket: borrowing Socket, into message: inout Message, within time: Duration = patience
) throws -> Socket.Reception {
    var poller = Poller()
    _ = poller.add(socket)
    let end = ContinuousClock.now + time
    while true {
        let reception = try socket.receive(into: &message)
        if reception != .none || ContinuousClock.now >= end { return reception }
        _ = try poller.wait(timeout: end - ContinuousClock.now)
    }
}

func text(_ message: borrowing Message, _ frame: Int) -> String {
    let bytes = message[frame]
    return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
}

extension Socket {
    func send(_ frames: [String]) throws -> Bool {
        for (index, frame) in frames.enumerated() {
            let bytes = Array(frame.utf8)
            if try !send(bytes.span, more: index < frames.count - 1) { return false }
        }
        return true
    }
}

/// A pair of connected PUSH and PULL sockets over TCP.
struct Pipe: ~Copyable {
    let context: Context
    let pull: Socket
    let push: Socket
    let endpoint: Endpoint

    init(
        _ pullOptions: SocketOptions = SocketOptions(),
        _ pushOptions: SocketOptions = SocketOptions()
    ) throws {
        let context = try Context()
        let pull = try Socket(.pull, in: context, options: pullOptions)
        let push = try Socket(.push, in: context, options: pushOptions)
        let endpoint = try pull.bind(anyPort)
        try push.connect(endpoint)
        self.context = context
        self.endpoint = endpoint
        self.pull = pull
        self.push = push
    }
}

/// Runs `body` in a thread of its own, not one of the few that Swift's tasks share.
final class BackgroundThread: Sendable {
    private let thread: pthread_t

    init(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let box = unsafe Unmanaged.passRetained(Box(body)).toOpaque()
        let status = unsafe pthread_create(
            &thread, nil,
            { context in
                unsafe Unmanaged<Box>.fromOpaque(context!).takeRetainedValue().body()
                return nil
            }, box)
        precondition(status == 0)
        self.thread = thread
    }

    func join() { _ = pthread_join(thread, nil) }

    func signal(_ number: Int32) { pthread_kill(thread, number) }

    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}

/// A plain TCP client: what port scanners and browsers are to us.
struct TCPClient: ~Copyable {
    private let descriptor: Int32

    init(port: UInt16) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Sends it all, or as much as the other side lets it.
    func write(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = unsafe send(
                    descriptor, bytes.baseAddress! + sent, bytes.count - sent,
                    Int32(MSG_NOSIGNAL))
                if count <= 0 { return }
                sent += count
            }
        }
    }
}

extension Endpoint {
    var port: UInt16 {
        if case .tcp(_, let port) = transport { port } else { 0 }
    }
}

/// A fresh folder with a short path, since an ipc path has 107 bytes at most.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() throws {
        var template = Array("/tmp/foretide-XXXXXX".utf8CString)
        let made = unsafe mkdtemp(&template)
        try #require(unsafe made != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { unsafe rmdir(path) }

    var names: [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
