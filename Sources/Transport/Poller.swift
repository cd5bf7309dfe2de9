import CZeroMQ
import Glibc

/// Waits on sockets and file descriptors at once (zmq_poll).
///
/// One wait costs 1…3 µs: after it, take messages until there are none. A socket stays in here
/// until it is removed; it must not be closed before.
@safe package struct Poller: ~Copyable {
    package struct Events: OptionSet, Sendable {
        package let rawValue: Int16
        package init(rawValue: Int16) { self.rawValue = rawValue }
        /// ZMQ_POLLIN.
        package static let readable = Events(rawValue: Int16(ZMQ_POLLIN))
        /// ZMQ_POLLOUT. An XPUB socket always is, even when it would refuse a message.
        package static let writable = Events(rawValue: Int16(ZMQ_POLLOUT))
        /// ZMQ_POLLERR. File descriptors only; need not be asked for.
        package static let failed = Events(rawValue: Int16(ZMQ_POLLERR))
    }

    /// One of the things waited on.
    package struct Entry: Equatable, Sendable {
        fileprivate let index: Int
    }

    private var items: [zmq_pollitem_t] = unsafe []
    /// The socket of each item, nil for a file descriptor. Keeps the memory behind `items` alive.
    private var handles: [SocketHandle?] = []

    package init() {}

    package mutating func add(_ socket: borrowing Socket, for events: Events = .readable) -> Entry {
        let item = unsafe zmq_pollitem_t(
            socket: socket.handle.open, fd: -1, events: events.rawValue, revents: 0)
        return unsafe add(item, socket.handle)
    }

    package mutating func add(descriptor: Int32, for events: Events = .readable) -> Entry {
        let item = unsafe zmq_pollitem_t(
            socket: nil, fd: descriptor, events: events.rawValue, revents: 0)
        return unsafe add(item, nil)
    }

    private mutating func add(_ item: zmq_pollitem_t, _ handle: SocketHandle?) -> Entry {
        for index in unsafe items.indices where unsafe Self.isFree(items[index]) {
            unsafe items[index] = item
            handles[index] = handle
            return Entry(index: index)
        }
        unsafe items.append(item)
        handles.append(handle)
        return unsafe Entry(index: items.count - 1)
    }

    private static func isFree(_ item: zmq_pollitem_t) -> Bool {
        unsafe item.socket == nil && item.fd == -1
    }

    package mutating func remove(_ entry: Entry) {
        unsafe items[entry.index] = zmq_pollitem_t(socket: nil, fd: -1, events: 0, revents: 0)
        handles[entry.index] = nil
    }

    package mutating func setEvents(_ events: Events, of entry: Entry) {
        unsafe items[entry.index].events = events.rawValue
    }

    /// What was found at `entry` in the last wait.
    package func events(of entry: Entry) -> Events {
        unsafe Events(rawValue: items[entry.index].revents)
    }

    package func isReadable(_ entry: Entry) -> Bool { events(of: entry).contains(.readable) }

    /// Waits until something is ready or the time is over. True when something is ready; false also
    /// when a signal came in (EINTR), so that the caller sees to that first.
    /// - Parameter timeout: Nil waits for ever. Rounded up to milliseconds.
    @discardableResult
    package mutating func wait(timeout: Duration?) throws(ZeroMQError) -> Bool {
        for handle in handles { if let handle { unsafe _ = handle.open } }
        let milliseconds = timeout.map { Int(max($0, .zero).milliseconds) } ?? -1
        let status = unsafe items.withUnsafeMutableBufferPointer { items in
            unsafe zmq_poll(items.baseAddress, Int32(items.count), milliseconds)
        }
        if status > 0 { return true }
        for index in unsafe items.indices { unsafe items[index].revents = 0 }
        if status == 0 { return false }
        let code = zmq_errno()
        if code == EINTR { return false }
        throw ZeroMQError(.poll, "", code: code)
    }
}
