import Glibc

/// The bytes of a file or of standard input, in blocks. Closes the file when it goes away.
struct ByteSource: ~Copyable {
    /// Bytes asked of one read(2).
    static let blockBytes = 256 << 10

    let path: String
    private let descriptor: CInt
    /// The file's size; nil when it has none, as a pipe.
    let byteCount: Int?
    /// Nil when it is no ordinary file.
    let file: FileIdentity?

    /// - Parameter path: a file, or `-` for standard input.
    init(path: String) throws(CSVError) {
        let isStandardInput = path == "-"
        let opened = isStandardInput ? (STDIN_FILENO, nil) : try Self.open(path)
        self.path = isStandardInput ? "standard input" : path
        (descriptor, byteCount) = opened
        file = FileIdentity(descriptor: descriptor)
    }

    private static func open(_ path: String) throws(CSVError) -> (CInt, Int?) {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            throw CSVError(.noInput, path: path, problem: "cannot open: \(text(of: errno))")
        }
        var status = stat()
        let isKnown = unsafe fstat(descriptor, &status) == 0
        let kind = isKnown ? status.st_mode & S_IFMT : 0
        if kind == S_IFDIR {
            close(descriptor)
            throw CSVError(.noInput, path: path, problem: "a folder, not a file: name a CSV file")
        }
        return (descriptor, kind == S_IFREG ? Int(status.st_size) : nil)
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
