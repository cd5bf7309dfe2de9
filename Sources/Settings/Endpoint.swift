/// An address of ZeroMQ, taken apart far enough to see its mistakes and whom it lets in.
struct Endpoint: Equatable {
    /// What the address is for; a bind may leave the choice of the port to the system.
    enum Use: Sendable { case bind, connect }

    /// Longest path of an ipc endpoint: `sun_path` of a Unix socket less its terminating zero.
    static let pathBytes = 107

    let text: String
    /// The host of a tcp endpoint; nothing for ipc.
    let host: Substring?

    init(_ text: String, use: Use) throws(Refusal) {
        self.text = text
        guard let separator = text.firstRange(of: "://") else {
            throw Refusal(message: "expected an endpoint, as in \(Self.example)")
        }
        let address = text[separator.upperBound...]
        switch text[..<separator.lowerBound] {
        case "ipc":
            guard (1...Self.pathBytes).contains(address.utf8.count) else {
                throw Refusal(message: "expected an ipc path of 1…\(Self.pathBytes) bytes")
            }
            host = nil
        case "tcp":
            host = try Self.host(of: address, use: use)
        case let transport:
            throw Refusal(message: "expected tcp:// or ipc://, not \(transport)://")
        }
    }

    private static let example = #""tcp://127.0.0.1:5555" or "ipc:///run/foretide/input""#

    /// The part before the port, which must be good for the use.
    private static func host(of address: Substring, use: Use) throws(Refusal) -> Substring {
        guard let colon = address.lastIndex(of: ":"), colon != address.startIndex else {
            throw Refusal(message: "expected a host and a port, as in \"tcp://127.0.0.1:5555\"")
        }
        let host = address[..<colon]
        let port = address[address.index(after: colon)...]
        if host.contains(":"), !(host.hasPrefix("[") && host.hasSuffix("]")) {
            throw Refusal(
                message: "expected an IPv6 address in brackets, as in \"tcp://[::1]:5555\"")
        }
        switch use {
        case .bind where port == "*": break
        case .bind:
            guard UInt16(port) != nil, port.first != "+" else {
                throw Refusal(message: "expected a port 1…65535, or * for any that is free")
            }
        case .connect:
            guard let number = UInt16(port), number > 0, port.first != "+" else {
                throw Refusal(message: "expected a port 1…65535")
            }
            guard host != "*", host != "0.0.0.0" else {
                throw Refusal(
                    message: "expected the address of one host to connect to, not \(host)")
            }
        }
        return host
    }

    /// Whether only programs on this machine can reach it.
    var isLocal: Bool {
        guard let host else { return true }
        return host == "localhost" || host == "lo" || host == "[::1]" || isLoopbackAddress(host)
    }

    /// 127.0.0.0/8 as four numbers: `127.evil.example` is a name.
    private func isLoopbackAddress(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && parts[0] == 127 && !parts.contains(nil)
    }
}

extension Codec<String> {
    /// `auto`, nothing, or an ipc endpoint: who can reach it is a matter of file modes.
    static var controlAddress: Self {
        let kind = "auto, ipc endpoint or empty"
        return Codec(
            kind: kind,
            decode: { value throws(Refusal) in
                guard let text = value.string else { throw Refusal(message: "expected \(kind)") }
                if text.isEmpty || text == Settings.Control.automatic { return text }
                let endpoint = try Endpoint(text, use: .bind)
                guard endpoint.host == nil else {
                    throw Refusal(
                        message: "expected ipc://, as in \"ipc:///run/foretide/control.sock\"")
                }
                return text
            },
            encode: SettingValue.quoted)
    }

    /// An endpoint of ZeroMQ: tcp or ipc.
    static func endpoint(_ use: Endpoint.Use) -> Self {
        Codec(
            kind: "endpoint",
            decode: { value throws(Refusal) in
                try Endpoint(value.string ?? "", use: use).text
            },
            encode: SettingValue.quoted)
    }
}
