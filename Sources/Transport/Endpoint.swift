import CZeroMQ
import Glibc

/// Where a socket binds or connects: `tcp://HOST:PORT`, `ipc://PATH` or `inproc://NAME`.
///
/// Checked here because libzmq 4.3.4 does not: it binds port 99999 as port 34463 without a word,
/// and ends the process (an assertion) when told to connect to `norm://`.
package struct Endpoint: Equatable, Sendable {
    package enum Transport: Equatable, Sendable {
        /// Port 0 (also written `*`): the system chooses one. Host `*`: every interface.
        case tcp(host: String, port: UInt16)
        /// A path of the file system or, with `@` in front, an abstract name (no file).
        case ipc(path: String)
        /// A name within one context.
        case inproc(name: String)
    }

    package let transport: Transport

    package init(_ transport: Transport) { self.transport = transport }

    /// Whether nobody outside this machine can reach it: 127.0.0.0/8, ::1, `localhost`, the
    /// interface `lo`, ipc and inproc. Host names are not resolved, so any other one is not
    /// loopback.
    package var isLoopback: Bool {
        switch transport {
        case .ipc, .inproc: true
        case .tcp(let host, _): Self.isLoopback(host: host)
        }
    }

    private static func isLoopback(host: String) -> Bool {
        if host == "localhost" || host == "lo" { return true }
        if let address = address(host, family: AF_INET, count: 4) { return address[0] == 127 }
        guard let address = address(host, family: AF_INET6, count: 16) else { return false }
        let isIPv4 = address[..<12].elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255])
        if isIPv4 { return address[12] == 127 }
        return address[..<15].allSatisfy { $0 == 0 } && address[15] == 1
    }

    /// Whether a socket can connect to it: host `*` and port 0 are for binding.
    var isConnectable: Bool {
        if case .tcp(let host, let port) = transport { host != "*" && port != 0 } else { true }
    }

    /// Whether libzmq needs ZMQ_IPV6 to understand it.
    var isIPv6: Bool {
        if case .tcp(let host, _) = transport { host.contains(":") } else { false }
    }

    /// The path that an ipc bind creates, or nil.
    var path: String? {
        if case .ipc(let path) = transport, !path.hasPrefix("@") { path } else { nil }
    }

    /// What zmq_bind is given: it does not look up names, not even `localhost`.
    var bindText: String {
        guard case .tcp("localhost", let port) = transport else { return description }
        return Endpoint(.tcp(host: "127.0.0.1", port: port)).description
    }

    /// The bytes of a numeric address, or nil.
    static func address(_ text: String, family: Int32, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let status = unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe inet_pton(family, text, bytes.baseAddress)
        }
        return status == 1 ? bytes : nil
    }
}

extension Endpoint: CustomStringConvertible {
    package var description: String {
        switch transport {
        case .tcp(let host, let port):
            let host = host.contains(":") ? "[\(host)]" : host
            return port == 0 ? "tcp://\(host):*" : "tcp://\(host):\(port)"
        case .ipc(let path): return "ipc://\(path)"
        case .inproc(let name): return "inproc://\(name)"
        }
    }
}
