import CZeroMQ
import Glibc

/// Why a text is no endpoint, in words for the person who wrote it.
package struct EndpointError: Error, Equatable, Sendable, CustomStringConvertible {
    package let text: String
    package let problem: String

    package var description: String { "\"\(text)\": \(problem)" }
}

extension Endpoint {
    /// Longest path of an ipc endpoint: sun_path of a Unix socket address, less its final NUL.
    static let pathBytes = 107
    static let inprocNameBytes = 255

    package init(_ text: String) throws(EndpointError) {
        if text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7f }) {
            throw EndpointError(
                text: text, problem: "an endpoint has no spaces or control characters")
        }
        if let rest = text.rest(after: "tcp://") {
            self.init(try Self.tcp(rest, in: text))
        } else if let path = text.rest(after: "ipc://") {
            let isNamed = !path.isEmpty && path != "@" && path != "*"
            guard isNamed, path.utf8.count <= Self.pathBytes else {
                throw EndpointError(
                    text: text,
                    problem: "expected ipc://PATH with a path of 1 to \(Self.pathBytes) bytes, "
                        + "for example ipc:///run/foretide/in.sock")
            }
            self.init(.ipc(path: path))
        } else if let name = text.rest(after: "inproc://") {
            guard !name.isEmpty, name.utf8.count <= Self.inprocNameBytes else {
                throw EndpointError(
                    text: text,
                    problem: "expected inproc://NAME with 1 to \(Self.inprocNameBytes) bytes")
            }
            self.init(.inproc(name: name))
        } else {
            throw EndpointError(
                text: text,
                problem: "expected tcp://HOST:PORT, ipc://PATH or inproc://NAME, "
                    + "for example tcp://127.0.0.1:5555")
        }
    }

    private static func tcp(_ rest: String, in text: String) throws(EndpointError) -> Transport {
        guard let colon = rest.lastIndex(of: ":") else {
            throw EndpointError(
                text: text, problem: "the port is missing: expected tcp://HOST:PORT")
        }
        let portText = rest[rest.index(after: colon)...]
        let digits = portText == "*" ? "0" : portText
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits) else {
            throw EndpointError(
                text: text,
                problem: "the port is \"\(portText)\": expected 1 to 65535, "
                    + "or * to let the system choose")
        }
        return .tcp(host: try host(String(rest[..<colon]), in: text), port: port)
    }

    private static func host(_ host: String, in text: String) throws(EndpointError) -> String {
        if host.hasPrefix("["), host.hasSuffix("]") {
            let inner = String(host.dropFirst().dropLast())
            let unscoped = inner.prefix { $0 != "%" }
            guard address(String(unscoped), family: AF_INET6, count: 16) != nil else {
                throw EndpointError(
                    text: text, problem: "\"\(inner)\" is no IPv6 address, for example [::1]")
            }
            return inner
        }
        if host.contains(":") {
            throw EndpointError(
                text: text, problem: "write an IPv6 address in brackets: tcp://[::1]:5555")
        }
        let isName = host.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || byte == 45 || byte == 46 || byte == 95
        }
        guard host == "*" || (isName && (1...253).contains(host.utf8.count)) else {
            throw EndpointError(
                text: text,
                problem: "the host is \"\(host)\": expected an address, a name or *")
        }
        return host
    }
}

extension String {
    /// What follows `prefix`, or nil when the text does not start with it.
    fileprivate func rest(after prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
