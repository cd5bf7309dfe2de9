import Glibc

/// A file being written from its start. Closes when it goes away.
package struct OutputFile: ~Copyable {
    private let path: String
    private let descriptor: CInt

    /// Creates the file or empties it, unless it is one of `inUse`, which it then is too.
    init(path: String, inUse: inout [FileIdentity]) throws(ReplayError) {
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw .creation(path: path, reason: Self.text(of: errno)) }
        if let file = FileIdentity(descriptor: descriptor) {
            let isInUse = inUse.contains(file)
            guard !isInUse, ftruncate(descriptor, 0) == 0 else {
                let reason = isInUse ? "this replay uses it already" : Self.text(of: errno)
                Glibc.close(descriptor)
                throw .creation(path: path, reason: reason)
            }
            inUse.append(file)
        }
        self.path = path
        self.descriptor = descriptor
    }

    /// Creates the file or empties it.
    package init(path: String) throws(ReplayError) {
        var inUse: [FileIdentity] = []
        try self.init(path: path, inUse: &inUse)
    }

    deinit { Glibc.close(descriptor) }

    /// Writes all of `bytes`.
    package func write(_ bytes: [UInt8]) throws(ReplayError) {
        var written = 0
        while written < bytes.count {
            var (count, error): (Int, CInt) = (0, 0)
            unsafe bytes.withUnsafeBytes { buffer in
                unsafe count = Glibc.write(
                    descriptor, buffer.baseAddress! + written, bytes.count - written)
                error = errno
            }
            if count >= 0 {
                written += count
            } else if error != EINTR {
                throw .output(path: path, reason: Self.text(of: error))
            }
        }
    }

    private static func text(of error: CInt) -> String {
        guard let text = unsafe strerror(error) else { return "error \(error)" }
        return unsafe String(cString: text)
    }
}
