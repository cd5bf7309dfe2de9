import CZeroMQ
import Glibc

extension Socket {
    /// Binds an ipc path that only those whom `fileMode` lets write to it can connect to.
    ///
    /// libzmq gives the file the mode that the process's umask leaves, and a change afterwards
    /// would come late. Here the file never has a wider one: Linux takes it from the socket.
    /// - Parameter fileMode: such as 0o600.
    package func bind(_ endpoint: Endpoint, fileMode: UInt32) throws(ZeroMQError) {
        guard let path = endpoint.path else { return _ = try bind(endpoint) }
        let lock = try IPCLock(path: path)
        let descriptor = try Self.listen(path, fileMode, endpoint)
        try bind(endpoint, descriptor: descriptor)
        handle.locks.append(lock)
    }

    private static func listen(
        _ path: String, _ mode: UInt32, _ endpoint: Endpoint
    ) throws(ZeroMQError) -> Int32 {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
        guard descriptor >= 0 else {
            throw ZeroMQError(.bind, endpoint.description, code: errno)
        }
        // What is there is a dead socket: the lock has made sure.
        unsafe unlink(path)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            unsafe bytes.copyBytes(from: path.utf8.prefix(bytes.count - 1))
        }
        let status = unsafe withUnsafePointer(to: address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                fchmod(descriptor, mode) == 0
                    ? unsafe Glibc.bind(
                        descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
                    : -1
            }
        }
        // The umask may have taken away more than was asked for.
        guard status == 0, unsafe chmod(path, mode) == 0, Glibc.listen(descriptor, backlog) == 0
        else {
            let code = errno
            Glibc.close(descriptor)
            throw ZeroMQError(.bind, endpoint.description, code: code)
        }
        return descriptor
    }

    private static let backlog: Int32 = 100
}
