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

    /// Binds, and returns where: with the port that the system chose in place of `*`. Whoever can
    /// reach it comes in; `Authenticator` has the other way.
    ///
    /// A bind to an ipc path takes its lock file; it is given back when the socket closes.
    /// - Parameter descriptor: ZMQ_USE_FD. A listening socket to use, as systemd hands over; libzmq
    ///   owns it from here on. Nil (libzmq: -1): open one.
    @discardableResult
    package func bind(
        _ endpoint: Endpoint, descriptor: Int32? = nil
    ) throws(ZeroMQError) -> Endpoint {
        try handle.bind(endpoint, descriptor: descriptor, nil)
    }

    /// Starts to connect. Success says nothing about the other side: libzmq goes on trying, and a
    /// `Monitor` tells how that fares. A host name is looked up by an I/O thread, whose other
    /// connections wait for the name server meanwhile.
    /// - Parameter curve: who we are, and who the other side must be; nil: anybody, in clear.
    package func connect(
        _ endpoint: Endpoint, curve: CurveIdentity? = nil
    ) throws(ZeroMQError) {
        try handle.connect(endpoint, curve.map { .client($0) })
    }

    /// Stops listening on `endpoint`, which is what `bind` returned, and ends its connections.
    package func unbind(_ endpoint: Endpoint) throws(ZeroMQError) {
        try handle.unbind(endpoint)
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
