import CZeroMQ
import Glibc

/// Waits on sockets and file descriptors at once, as zmq_poll does.
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

    private struct Item {
        /// Of a socket; nil for a file descriptor. Keeps the socket alive.
        let handle: SocketHandle?
        var events: Events
        var found = Events()
    }

    private var items: [Item?] = []
    /// Of each item; of a socket the one that libzmq makes readable when something has changed
    /// (ZMQ_FD). A free place has -1, which poll(2) passes over.
    private var descriptors: [pollfd] = []

    package init() {}

    package mutating func add(_ socket: borrowing Socket, for events: Events = .readable) -> Entry {
        let descriptor = pollfd(
            fd: socket.handle.descriptor, events: Int16(POLLIN), revents: 0)
        return add(Item(handle: socket.handle, events: events), descriptor)
    }

    package mutating func add(descriptor: Int32, for events: Events = .readable) -> Entry {
        let entry = pollfd(fd: descriptor, events: events.ofDescriptor, revents: 0)
        return add(Item(handle: nil, events: events), entry)
    }

    private mutating func add(_ item: Item, _ descriptor: pollfd) -> Entry {
        if let index = items.firstIndex(where: { $0 == nil }) {
            (items[index], descriptors[index]) = (item, descriptor)
            return Entry(index: index)
        }
        items.append(item)
        descriptors.append(descriptor)
        return Entry(index: items.count - 1)
    }

    package mutating func remove(_ entry: Entry) {
        items[entry.index] = nil
        descriptors[entry.index] = pollfd(fd: -1, events: 0, revents: 0)
    }

    package mutating func setEvents(_ events: Events, of entry: Entry) {
        items[entry.index]?.events = events
        if items[entry.index]?.handle == nil {
            descriptors[entry.index].events = events.ofDescriptor
        }
    }

    /// What was found at `entry` in the last wait.
    package func events(of entry: Entry) -> Events { items[entry.index]?.found ?? [] }

    package func isReadable(_ entry: Entry) -> Bool { events(of: entry).contains(.readable) }

    /// Waits until something is ready or the time is over. True when something is ready; false also
    /// when a signal came in (EINTR), so that the caller sees to that first.
    ///
    /// Does what zmq_poll does with fewer system calls: that waits for no time first, and
    /// asks every socket again when one has changed.
    /// - Parameter timeout: Nil waits for ever. Rounded up to milliseconds.
    @discardableResult
    package mutating func wait(timeout: Duration?) throws(ZeroMQError) -> Bool {
        var left = timeout.map { max($0, .zero).milliseconds } ?? -1
        let end = left > 0 ? Self.milliseconds() + Int(left) : 0
        // A change makes a socket's descriptor readable once, and whatever is done with the socket
        // takes that back. So a socket is asked first (ZMQ_EVENTS), and then watched.
        var isReady = false
        for index in items.indices {
            descriptors[index].revents = 0
            guard let isFound = try ask(index) else { return forget() }
            isReady = isReady || isFound
        }
        while true {
            let status = unsafe descriptors.withUnsafeMutableBufferPointer { descriptors in
                unsafe poll(
                    descriptors.baseAddress, nfds_t(descriptors.count), isReady ? 0 : left)
            }
            if status < 0 {
                let code = errno
                if code == EINTR { return forget() }
                throw ZeroMQError(.poll, "", code: code)
            }
            for index in items.indices where status > 0 && descriptors[index].revents != 0 {
                guard let isFound = try ask(index) else { return forget() }
                isReady = isReady || isFound
            }
            if isReady || left == 0 { return isReady }
            if left > 0 { left = Int32(clamping: max(0, end - Self.milliseconds())) }
        }
    }

    /// Finds out what is ready at an item. Nil when a signal came in.
    private mutating func ask(_ index: Int) throws(ZeroMQError) -> Bool? {
        guard let item = items[index] else { return false }
        var found = Events(found: descriptors[index].revents)
        if let handle = item.handle {
            var events: Int32 = 0
            var count = MemoryLayout<Int32>.size
            if unsafe zmq_getsockopt(handle.open, ZMQ_EVENTS, &events, &count) != 0 {
                let code = zmq_errno()
                if code == EINTR { return nil }
                throw ZeroMQError(.poll, "", code: code)
            }
            found = Events(rawValue: Int16(truncatingIfNeeded: events)).intersection(item.events)
        }
        items[index]?.found = found
        return !found.isEmpty
    }

    /// Nothing is known to be ready.
    private mutating func forget() -> Bool {
        for index in items.indices { items[index]?.found = [] }
        return false
    }

    private static func milliseconds() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}

extension Poller.Events {
    /// As poll(2) wants them.
    fileprivate var ofDescriptor: Int16 {
        (contains(.readable) ? Int16(POLLIN) : 0) | (contains(.writable) ? Int16(POLLOUT) : 0)
    }

    /// What poll(2) found.
    fileprivate init(found: Int16) {
        self = []
        if found & Int16(POLLIN) != 0 { insert(.readable) }
        if found & Int16(POLLOUT) != 0 { insert(.writable) }
        if found & ~Int16(POLLIN | POLLOUT) != 0 { insert(.failed) }
    }
}
