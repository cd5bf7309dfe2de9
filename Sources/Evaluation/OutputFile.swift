import Glibc

/// A file being written from its start. Closes when it goes away.
struct OutputFile: ~Copyable {
    private let path: String
    private let descriptor: CInt

    /// Creates the file or empties it.
    init(path: String) throws(ReplayError) {
        self.path = path
        descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw .creation(path: path, reason: Self.text(of: errno)) }
    }

    deinit { Glibc.close(descriptor) }

    /// Writes all of `bytes`.
    func write(_ bytes: [UInt8]) throws(ReplayError) {
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
