import CZeroMQ
import Glibc

/// A libzmq context: its I/O threads and everything that its sockets share. Safe on every thread.
///
/// A class, not a `~Copyable` value, because every socket holds on to it: the context ends when the
/// last socket and the last user have let go. So `zmq_ctx_term`, which waits for ever for an open
/// socket, only ever waits for what is still to be sent, at most `SocketOptions.longestLinger`.
@safe package final class Context: Sendable {
    /// Set once; libzmq locks what is behind it.
    nonisolated(unsafe) let pointer: UnsafeMutableRawPointer

    /// - Parameter ioThreads: ZMQ_IO_THREADS. Threads, default 1, range 1…64; one carries about 1
    ///   GB/s.
    package init(ioThreads: Int = 1) throws(ZeroMQError) {
        precondition((1...64).contains(ioThreads), "1…64 I/O threads")
        guard let pointer = unsafe zmq_ctx_new() else {
            throw ZeroMQError(.createContext, "", code: zmq_errno())
        }
        unsafe self.pointer = unsafe pointer
        guard unsafe zmq_ctx_set(pointer, ZMQ_IO_THREADS, Int32(ioThreads)) == 0 else {
            throw ZeroMQError(.createContext, "\(ioThreads) I/O threads", code: zmq_errno())
        }
    }

    /// Makes every further operation on every socket of this context fail with `.terminated`, also
    /// one that is waiting in another thread. The sockets still have to be closed by their owners.
    package func shutdown() {
        unsafe _ = zmq_ctx_shutdown(pointer)
    }

    deinit {
        while unsafe zmq_ctx_term(pointer) != 0 && zmq_errno() == EINTR {}
    }
}
