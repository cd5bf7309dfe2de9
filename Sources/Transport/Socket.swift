import CZeroMQ
import Glibc

/// A ZeroMQ socket: one owner, one thread, closed when it goes out of scope.
package struct Socket: ~Copyable {
    package enum Kind: Int32, Sendable {
        case pair = 0, publish, subscribe, request, reply, dealer, router, pull, push, xpub, xsub
    }

    package let kind: Kind
    let handle: SocketHandle

    package init(
        _ kind: Kind, in context: Context, options: SocketOptions = SocketOptions()
    ) throws(ZeroMQError) {
        let handle = try SocketHandle(kind, in: context)
        try options.apply(to: handle, kind: kind)
        self.kind = kind
        self.handle = handle
    }

    deinit { handle.close() }

    /// Binds, and returns where: with the port that the system chose in place of `*`.
    ///
    /// A bind to an ipc path takes its lock file; it is given back when the socket closes.
    /// - Parameter descriptor: ZMQ_USE_FD. A listening socket to use, as systemd hands over; libzmq
    ///   owns it from here on. Nil (libzmq: -1): open one.
    @discardableResult
    package func bind(
        _ endpoint: Endpoint, descriptor: Int32? = nil
    ) throws(ZeroMQError) -> Endpoint {
        var lock: IPCLock?
        if let path = endpoint.path, descriptor == nil { lock = try IPCLock(path: path) }
        try handle.set(ZMQ_IPV6, "ZMQ_IPV6", to: endpoint.isIPv6 ? 1 : 0)
        try handle.set(ZMQ_USE_FD, "ZMQ_USE_FD", to: descriptor ?? -1)
        let status = unsafe handle.untilUninterrupted { pointer in
            unsafe zmq_bind(pointer, endpoint.bindText)
        }
        guard status == 0 else {
            throw ZeroMQError(.bind, endpoint.description, code: zmq_errno())
        }
        if let lock { handle.locks.append(lock) }
        guard case .tcp = endpoint.transport else { return endpoint }
        let bound = try handle.lastEndpoint()
        do { return try Endpoint(bound) } catch {
            preconditionFailure("libzmq bound \(endpoint) to \(bound)")
        }
    }

    /// Starts to connect. Success says nothing about the other side: libzmq goes on trying, and a
    /// `Monitor` tells how that fares. A host name is looked up by an I/O thread, whose other
    /// connections wait for the name server meanwhile.
    package func connect(_ endpoint: Endpoint) throws(ZeroMQError) {
        guard endpoint.isConnectable else {
            throw ZeroMQError(.connect, endpoint.description, .notConnectable)
        }
        try handle.set(ZMQ_IPV6, "ZMQ_IPV6", to: endpoint.isIPv6 ? 1 : 0)
        let status = unsafe handle.untilUninterrupted { pointer in
            unsafe zmq_connect(pointer, endpoint.description)
        }
        guard status == 0 else {
            throw ZeroMQError(.connect, endpoint.description, code: zmq_errno())
        }
    }

    /// Stops listening on `endpoint`, which is what `bind` returned.
    package func unbind(_ endpoint: Endpoint) throws(ZeroMQError) {
        guard unsafe zmq_unbind(handle.open, endpoint.description) == 0 else {
            throw ZeroMQError(.unbind, endpoint.description, code: zmq_errno())
        }
        handle.locks.removeAll { $0.path == endpoint.path }
    }

    package func disconnect(_ endpoint: Endpoint) throws(ZeroMQError) {
        guard unsafe zmq_disconnect(handle.open, endpoint.description) == 0 else {
            throw ZeroMQError(.disconnect, endpoint.description, code: zmq_errno())
        }
    }

    /// ZMQ_SUBSCRIBE. Takes in the messages that begin with `prefix`, so "s1" also gets "s10";
    /// the empty prefix takes in everything.
    package func subscribe(_ prefix: String) throws(ZeroMQError) {
        precondition(kind == .subscribe)
        try handle.set(ZMQ_SUBSCRIBE, "ZMQ_SUBSCRIBE", to: Array(prefix.utf8).span)
    }

    /// ZMQ_UNSUBSCRIBE. Takes back one `subscribe` of the same prefix.
    package func unsubscribe(_ prefix: String) throws(ZeroMQError) {
        precondition(kind == .subscribe)
        try handle.set(ZMQ_UNSUBSCRIBE, "ZMQ_UNSUBSCRIBE", to: Array(prefix.utf8).span)
    }

    /// Closes now, in the thread of the owner. What is queued goes on being sent for the linger
    /// time.
    package consuming func close() {}
}
