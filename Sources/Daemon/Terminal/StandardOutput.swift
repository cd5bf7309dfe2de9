import Glibc

/// Text on standard output, past the C library's buffers.
package enum StandardOutput {
    package static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Writes all of the text.
    /// - Returns: false when nobody reads it any more, or the disk is full.
    @discardableResult
    package static func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    package static func write(_ bytes: [UInt8]) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    STDOUT_FILENO, buffer.baseAddress! + start, buffer.count - start)
            }
            if count >= 0 {
                start += count
            } else if errno == EAGAIN {
                var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                unsafe _ = poll(&descriptor, 1, 100)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
