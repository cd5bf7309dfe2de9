import CZeroMQ
import Glibc

/// Wakes a `Poller` from another thread or from a signal handler (eventfd).
package struct Wakeup: ~Copyable, Sendable {
    /// What a `Poller` waits on: readable from `wake` until `clear`.
    package let descriptor: Int32

    package init() throws(ZeroMQError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw ZeroMQError(.wake, "", code: errno) }
    }

    deinit { Glibc.close(descriptor) }

    /// Safe in a signal handler: one write, errno is left as it was. Many wakes count as one.
    package func wake() { Self.wake(descriptor: descriptor) }

    /// The same for a handler that only has the number.
    package static func wake(descriptor: Int32) {
        let saved = errno
        _ = eventfd_write(descriptor, 1)
        errno = saved
    }

    /// Takes back every wake so far. True when there was one.
    @discardableResult
    package func clear() -> Bool {
        var count: eventfd_t = 0
        return unsafe eventfd_read(descriptor, &count) == 0
    }
}
