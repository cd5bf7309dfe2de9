import CZeroMQ
import Glibc

extension Endpoint {
    /// Where a socket listens that somebody else has opened.
    /// - Parameter descriptor: of a listening stream socket: tcp, or of the file system (ipc).
    package init(listener descriptor: Int32) throws(EndpointError) {
        func failure(_ problem: String) -> EndpointError {
            EndpointError(text: "file descriptor \(descriptor)", problem: problem)
        }
        var isListening: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard
            unsafe getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length) == 0
        else {
            throw failure(errno == EBADF ? "it is not open" : "it is no socket")
        }
        guard isListening != 0 else { throw failure("it is no stream socket that listens") }
        var storage = sockaddr_storage()
        length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = unsafe withUnsafeMutablePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe getsockname(descriptor, address, &length)
            }
        }
        guard status == 0 else { throw failure("it has no address") }
        let bytes = unsafe withUnsafeBytes(of: &storage) { bytes in
            unsafe [UInt8](bytes.prefix(Int(length)))
        }
        guard let transport = Self.transport(Int32(storage.ss_family), bytes) else {
            throw failure("expected a tcp socket, or one of the file system with a name")
        }
        self.init(transport)
    }

    /// - Parameter bytes: of a sockaddr_in, sockaddr_in6 or sockaddr_un, its family included.
    private static func transport(_ family: Int32, _ bytes: [UInt8]) -> Transport? {
        switch family {
        case AF_INET where bytes.count >= 8:
            let host = bytes[4..<8].map(String.init).joined(separator: ".")
            return .tcp(host: host, port: UInt16(bytes[2]) << 8 | UInt16(bytes[3]))
        case AF_INET6 where bytes.count >= 24:
            guard let host = text(ofIPv6: bytes[8..<24]) else { return nil }
            return .tcp(host: host, port: UInt16(bytes[2]) << 8 | UInt16(bytes[3]))
        case AF_UNIX where bytes.count > 3:
            let isAbstract = bytes[2] == 0
            let name = isAbstract ? bytes[3...] : bytes[2...].prefix { $0 != 0 }
            let text = String(decoding: name, as: UTF8.self)
            return text.isEmpty ? nil : .ipc(path: isAbstract ? "@\(text)" : text)
        default: return nil
        }
    }

    private static func text(ofIPv6 bytes: ArraySlice<UInt8>) -> String? {
        let address = Array(bytes)
        var text = [UInt8](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let isWritten = unsafe address.withUnsafeBytes { address in
            unsafe text.withUnsafeMutableBytes { text in
                unsafe inet_ntop(
                    AF_INET6, address.baseAddress,
                    text.baseAddress?.assumingMemoryBound(to: CChar.self),
                    socklen_t(text.count)) != nil
            }
        }
        return isWritten ? String(decoding: text.prefix { $0 != 0 }, as: UTF8.self) : nil
    }

    /// Whether a socket that listens at `other` is one that a bind to this endpoint would have
    /// made. `*` is every address of the machine; port 0 is any port.
    package func describes(listener other: Endpoint) -> Bool {
        switch (transport, other.transport) {
        case (.tcp(let host, let port), .tcp(let otherHost, let otherPort)):
            (port == 0 || port == otherPort)
                && Self.addressBytes(of: host) == Self.addressBytes(of: otherHost)
        default: transport == other.transport
        }
    }

    /// One form for each address; nil for the name of an interface.
    private static func addressBytes(of host: String) -> [UInt8]? {
        let everything = [UInt8](repeating: 0, count: 16)
        if host == "*" { return everything }
        if host == "localhost" || host == "lo" { return [127, 0, 0, 1] }
        if let bytes = address(host, family: AF_INET, count: 4) {
            return bytes == [0, 0, 0, 0] ? everything : bytes
        }
        return address(host, family: AF_INET6, count: 16)
    }
}
