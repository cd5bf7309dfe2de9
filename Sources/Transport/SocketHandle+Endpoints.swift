import CZeroMQ
import Glibc

/// How the other side of a connection is known, and who we are to it.
enum Security {
    /// ZMQ_CURVE_SERVER, ZMQ_CURVE_SECRETKEY.
    case server(CurveKeyPair)
    /// ZMQ_CURVE_SERVERKEY, ZMQ_CURVE_PUBLICKEY, ZMQ_CURVE_SECRETKEY.
    case client(CurveIdentity)
}

extension SocketHandle {
    /// `Socket.bind`.
    func bind(
        _ endpoint: Endpoint, descriptor: Int32?, _ security: Security?
    ) throws(ZeroMQError) -> Endpoint {
        var lock: IPCLock?
        if let path = endpoint.path, descriptor == nil { lock = try IPCLock(path: path) }
        try set(ZMQ_IPV6, "ZMQ_IPV6", to: endpoint.isIPv6 ? 1 : 0)
        try set(ZMQ_USE_FD, "ZMQ_USE_FD", to: descriptor ?? -1)
        try set(security)
        let status = unsafe untilUninterrupted { pointer in
            unsafe zmq_bind(pointer, endpoint.bindText)
        }
        guard status == 0 else {
            throw ZeroMQError(.bind, endpoint.description, code: zmq_errno())
        }
        if let lock { locks.append(lock) }
        guard case .tcp = endpoint.transport else { return endpoint }
        let bound = try lastEndpoint()
        do { return try Endpoint(bound) } catch {
            preconditionFailure("libzmq bound \(endpoint) to \(bound)")
        }
    }

    /// `Socket.connect`.
    func connect(_ endpoint: Endpoint, _ security: Security?) throws(ZeroMQError) {
        guard endpoint.isConnectable else {
            throw ZeroMQError(.connect, endpoint.description, .notConnectable)
        }
        try set(ZMQ_IPV6, "ZMQ_IPV6", to: endpoint.isIPv6 ? 1 : 0)
        try set(security)
        let status = unsafe untilUninterrupted { pointer in
            unsafe zmq_connect(pointer, endpoint.description)
        }
        guard status == 0 else {
            throw ZeroMQError(.connect, endpoint.description, code: zmq_errno())
        }
    }

    /// `Socket.unbind`.
    func unbind(_ endpoint: Endpoint) throws(ZeroMQError) {
        guard unsafe zmq_unbind(open, endpoint.description) == 0 else {
            throw ZeroMQError(.unbind, endpoint.description, code: zmq_errno())
        }
        locks.removeAll { $0.path == endpoint.path }
    }

    /// libzmq takes these options for each endpoint as they are when it is bound or connected.
    private func set(_ security: Security?) throws(ZeroMQError) {
        switch security {
        case nil:
            // Back to the mechanism NULL. Not touched otherwise: libzmq may be without CURVE.
            guard isSecured else { return }
            try set(ZMQ_CURVE_SERVER, "ZMQ_CURVE_SERVER", to: 0)
        case .server(let keys):
            try set(ZMQ_CURVE_SERVER, "ZMQ_CURVE_SERVER", to: 1)
            try set(ZMQ_CURVE_SECRETKEY, "ZMQ_CURVE_SECRETKEY", to: keys.secretKey.bytes.span)
        case .client(let identity):
            let keys = identity.keys
            try set(
                ZMQ_CURVE_SERVERKEY, "ZMQ_CURVE_SERVERKEY", to: identity.serverKey.bytes.span)
            try set(ZMQ_CURVE_PUBLICKEY, "ZMQ_CURVE_PUBLICKEY", to: keys.publicKey.bytes.span)
            try set(ZMQ_CURVE_SECRETKEY, "ZMQ_CURVE_SECRETKEY", to: keys.secretKey.bytes.span)
        }
        isSecured = security != nil
    }
}
