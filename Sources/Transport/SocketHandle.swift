import CZeroMQ
import Glibc

/// The libzmq socket behind a `Socket`: a box that a `Poller` and a `Monitor` can hold on to, so
/// that neither ever looks at a socket that is gone. Only the thread that owns the socket touches
/// it.
@safe final class SocketHandle {
    let context: Context
    /// Nil once closed.
    private(set) var pointer: UnsafeMutableRawPointer?
    /// The lock files of the `ipc://` paths that this socket is bound to.
    var locks: [IPCLock] = []
    /// Frames seen so far of a message that is being thrown away; 0 when at the start of a message.
    var discarded = 0

    /// Whether the newest endpoint was bound or connected with CURVE.
    var isSecured = false

    init(_ kind: Socket.Kind, in context: Context) throws(ZeroMQError) {
        self.context = context
        guard let pointer = unsafe zmq_socket(context.pointer, kind.rawValue) else {
            throw ZeroMQError(.createSocket, "\(kind)", code: zmq_errno())
        }
        unsafe self.pointer = unsafe pointer
    }

    deinit { close() }

    /// The socket, which must be open.
    var open: UnsafeMutableRawPointer {
        guard let pointer = unsafe pointer else { preconditionFailure("the socket is closed") }
        return unsafe pointer
    }

    /// Calls libzmq anew while signals interrupt it. It looks out for them before it begins, so
    /// nothing happens twice.
    func untilUninterrupted(_ call: (UnsafeMutableRawPointer) -> Int32) -> Int32 {
        while true {
            let status = unsafe call(open)
            if status >= 0 || zmq_errno() != EINTR { return status }
        }
    }

    func close() {
        guard let pointer = unsafe pointer else { return }
        unsafe _ = zmq_close(pointer)
        unsafe self.pointer = nil
        locks.removeAll()
    }

    func set(_ option: Int32, _ name: String, to value: Int32) throws(ZeroMQError) {
        let status = unsafe withUnsafePointer(to: value) { value in
            unsafe untilUninterrupted {
                unsafe zmq_setsockopt($0, option, value, MemoryLayout<Int32>.size)
            }
        }
        guard status == 0 else { throw ZeroMQError(.set, "\(name) = \(value)", code: zmq_errno()) }
    }

    func set(_ option: Int32, _ name: String, toWide value: Int64) throws(ZeroMQError) {
        let status = unsafe withUnsafePointer(to: value) { value in
            unsafe untilUninterrupted {
                unsafe zmq_setsockopt($0, option, value, MemoryLayout<Int64>.size)
            }
        }
        guard status == 0 else { throw ZeroMQError(.set, "\(name) = \(value)", code: zmq_errno()) }
    }

    func set(_ option: Int32, _ name: String, to bytes: Span<UInt8>) throws(ZeroMQError) {
        let status = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe untilUninterrupted {
                unsafe zmq_setsockopt($0, option, bytes.baseAddress, bytes.count)
            }
        }
        guard status == 0 else { throw ZeroMQError(.set, name, code: zmq_errno()) }
    }

    /// Takes in what peers have read meanwhile. libzmq does so at most once a millisecond of
    /// sending, and until then takes a queue for full that is not. (A side effect of asking for
    /// ZMQ_EVENTS.)
    func refresh() throws(ZeroMQError) {
        var events: Int32 = 0
        var count = MemoryLayout<Int32>.size
        guard unsafe zmq_getsockopt(open, ZMQ_EVENTS, &events, &count) == 0 else {
            throw ZeroMQError(.get, "ZMQ_EVENTS", code: zmq_errno())
        }
    }

    /// ZMQ_FD. Readable once after each change; -1 when the context is about to end.
    var descriptor: Int32 {
        var descriptor: Int32 = -1
        var count = MemoryLayout<Int32>.size
        let status = unsafe zmq_getsockopt(open, ZMQ_FD, &descriptor, &count)
        return status == 0 ? descriptor : -1
    }

    /// ZMQ_LAST_ENDPOINT. What the last bind or connect resolved to, a chosen port included.
    func lastEndpoint() throws(ZeroMQError) -> String {
        var bytes = [UInt8](repeating: 0, count: 1024)
        var count = bytes.count
        let status = unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe zmq_getsockopt(open, ZMQ_LAST_ENDPOINT, bytes.baseAddress, &count)
        }
        guard status == 0 else { throw ZeroMQError(.get, "ZMQ_LAST_ENDPOINT", code: zmq_errno()) }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
