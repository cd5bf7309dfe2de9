import Glibc

/// The folder of the state database, owned by one process at a time: an flock on `state.lock` is
/// held as long as this object lives, and goes with the process however it ends.
package final class StateFolder: Sendable {
    package let path: String
    private let lock: Int32

    package static let lockName = "state.lock"

    /// Makes the folder (0700) with what is missing above it, and takes the lock.
    package init(_ path: String) throws(StoreError) {
        self.path = path
        try Self.makeFolder(path)
        lock = try Self.lock(path + "/" + Self.lockName, folder: path)
    }

    // Closing alone would leave the lock to a child that has not become another program yet.
    deinit {
        release()
        close(lock)
    }

    /// Lets another owner in now: whoever still holds this object changes nothing in the folder.
    func release() { flock(lock, LOCK_UN) }

    private static func makeFolder(_ path: String) throws(StoreError) {
        if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try makeFolder(String(path[..<slash]))
            if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        }
        throw .system(operation: "making the folder", path: path, code: errno)
    }

    private static func lock(_ path: String, folder: String) throws(StoreError) -> Int32 {
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system(operation: "opening", path: path, code: errno) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let process = process(named: file)
            close(file)
            throw .locked(path: folder, process: process)
        }
        let text = Array("\(getpid())\n".utf8)
        ftruncate(file, 0)
        _ = unsafe text.withUnsafeBytes { unsafe pwrite(file, $0.baseAddress, $0.count, 0) }
        return file
    }

    private static func process(named file: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe pread(file, $0.baseAddress, $0.count, 0)
        }
        let digits = bytes.prefix(max(count, 0)).prefix { (48...57).contains($0) }
        return Int32(String(decoding: digits, as: UTF8.self))
    }
}
