import Glibc
import Testing

/// The other end of a supervisor's socket, with an abstract name or a path.
final class NotificationSocket {
    let name: String
    private let descriptor: Int32

    init(abstract: Bool = true) throws {
        let unique = "foretide-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        name = abstract ? "@\(unique)" : "/tmp/\(unique)"
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
            unsafe room.copyBytes(from: name.utf8)
            if abstract { unsafe room[0] = 0 }
        }
        let length = socklen_t(2 + name.utf8.count)
        let status = unsafe withUnsafePointer(to: address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, length)
            }
        }
        try #require(status == 0)
    }

    deinit {
        close(descriptor)
        if name.hasPrefix("/") { unsafe unlink(name) }
    }

    /// What has been said and not been heard yet.
    func heard() -> [String] {
        var messages: [String] = []
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe bytes.withUnsafeMutableBytes { bytes in
                unsafe recv(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT))
            }
            if count < 0 { return messages }
            messages.append(String(decoding: bytes[..<count], as: UTF8.self))
        }
    }
}
