import Glibc

/// The bytes of a file or of standard input, in blocks. Closes the file when it goes away.
struct ByteSource: ~Copyable {
    /// Bytes asked of one read(2).
    static let blockBytes = 256 << 10

    let path: String
    private let descriptor: CInt

    /// - Parameter path: a file, or `-` for standard input.
    init(path: String) throws(CSVError) {
        self.path = path == "-" ? "standard input" : path
        if path == "-" {
            descriptor = STDIN_FILENO
            return
        }
        descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            let reason = Self.text(of: errno)
            throw CSVError(.noInput, path: path, problem: "cannot open: \(reason)")
        }
        var status = stat()
        let isFolder =
            unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        if isFolder {
            close(descriptor)
            throw CSVError(.noInput, path: path, problem: "a folder, not a file: name a CSV file")
        }
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// Adds the next block to `bytes`.
    /// - Returns: false at the end of the file.
    func read(into bytes: inout [UInt8]) throws(CSVError) -> Bool {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: Self.blockBytes))
        var count = -1
        var failure: CInt = 0
        repeat {
            unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe count = Glibc.read(
                    descriptor, buffer.baseAddress! + start, Self.blockBytes)
                failure = errno
            }
        } while count < 0 && failure == EINTR
        bytes.removeLast(Self.blockBytes - max(count, 0))
        guard count >= 0 else {
            throw CSVError(
                .readFailed, path: path, problem: "cannot read: \(Self.text(of: failure))")
        }
        return count > 0
    }

    private static func text(of error: CInt) -> String {
        guard let text = unsafe strerror(error) else { return "error \(error)" }
        return unsafe String(cString: text)
    }
}
