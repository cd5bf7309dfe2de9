import CZeroMQ
import Glibc

/// The right to bind one ipc path, held by an flock on `PATH.lock`.
///
/// Needed because libzmq removes whatever is at the path before it binds: a second bind silently
/// steals the path of the first, and a mistyped one deletes a file. The lock goes with the process,
/// so what a killed one left behind (lock file and socket) is stale and is taken over.
/// A class so that a socket can hold several; only its owner thread touches it.
final class IPCLock {
    let path: String
    private let descriptor: Int32
    /// Whether what is at the path is ours to remove.
    private var isTaken = false

    /// Takes the lock and makes sure that the path is free or a dead socket.
    init(path: String) throws(ZeroMQError) {
        self.path = path
        descriptor = try Self.lock(path: path)
        writeProcess()
        switch Self.occupant(of: path) {
        case .nothing, .deadSocket: isTaken = true
        case .file: throw ZeroMQError(.bind, "ipc://\(path)", .notASocket)
        case .liveSocket: throw ZeroMQError(.bind, "ipc://\(path)", .lockedBy(process: nil))
        }
    }

    /// Removes the socket (libzmq leaves it), then the lock file, then lets go of the lock.
    deinit {
        if isTaken { unsafe unlink(path) }
        unsafe unlink(path + ".lock")
        Glibc.close(descriptor)
    }

    private static func lock(path: String) throws(ZeroMQError) -> Int32 {
        let lockPath = path + ".lock"
        while true {
            let descriptor = unsafe open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw ZeroMQError(.lock, lockPath, code: errno) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let process = process(holding: descriptor)
                Glibc.close(descriptor)
                throw ZeroMQError(.bind, "ipc://\(path)", .lockedBy(process: process))
            }
            // The holder before us may have removed the file between our open and our flock.
            if isSameFile(descriptor, lockPath) { return descriptor }
            Glibc.close(descriptor)
        }
    }

    private static func isSameFile(_ descriptor: Int32, _ path: String) -> Bool {
        var mine = stat()
        var named = stat()
        guard unsafe fstat(descriptor, &mine) == 0, unsafe lstat(path, &named) == 0 else {
            return false
        }
        return mine.st_ino == named.st_ino && mine.st_dev == named.st_dev
    }

    private func writeProcess() {
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = unsafe text.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    private static func process(holding descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe pread(descriptor, $0.baseAddress, $0.count, 0)
        }
        let digits = bytes.prefix(max(count, 0)).prefix { (48...57).contains($0) }
        return Int32(String(decoding: digits, as: UTF8.self))
    }

    private enum Occupant { case nothing, deadSocket, liveSocket, file }

    private static func occupant(of path: String) -> Occupant {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return .nothing }
        guard status.st_mode & S_IFMT == S_IFSOCK else { return .file }
        return answers(path) ? .liveSocket : .deadSocket
    }

    /// Whether a program that does not know our lock is listening on the socket.
    private static func answers(_ path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return false }
        defer { Glibc.close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            unsafe bytes.copyBytes(from: path.utf8.prefix(bytes.count - 1))
        }
        let status = unsafe withUnsafePointer(to: address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe connect(
                    descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return status == 0 || errno == EAGAIN
    }
}
