import Glibc

/// Text on standard output, past the C library's buffers.
package enum StandardOutput {
    package static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Writes all of the text. Error: 74 when that fails, as on a full disk.
    /// - Returns: false when nobody reads it any more.
    @discardableResult
    package static func write(_ text: String) throws(DaemonError) -> Bool {
        try write(Array(text.utf8))
    }

    @discardableResult
    package static func write(_ bytes: [UInt8]) throws(DaemonError) -> Bool {
        let error = attempt(bytes)
        if error == 0 || error == EPIPE { return error == 0 }
        let reason = unsafe strerror(error).map { unsafe String(cString: $0) } ?? "\(error)"
        throw DaemonError(.inputOutput, "cannot write to standard output: \(reason)")
    }

    /// Writes all of the text, or what can be: for a terminal, which is not told of its faults.
    static func draw(_ text: String) { _ = attempt(Array(text.utf8)) }

    /// - Returns: 0, or why it failed.
    private static func attempt(_ bytes: [UInt8]) -> CInt {
        var start = 0
        while start < bytes.count {
            let (count, error) = unsafe bytes.withUnsafeBytes { buffer in
                let count = unsafe Glibc.write(
                    STDOUT_FILENO, buffer.baseAddress! + start, buffer.count - start)
                return (count, errno)
            }
            if count >= 0 {
                start += count
            } else if error == EAGAIN {
                var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                unsafe _ = poll(&descriptor, 1, 100)
            } else if error != EINTR {
                return error
            }
        }
        return 0
    }
}
