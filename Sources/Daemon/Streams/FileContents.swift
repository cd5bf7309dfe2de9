import Glibc

/// Whole files.
package enum FileContents {
    /// Errors: 66 no such file, 77 not allowed, 74 cannot be read; 65 when it is larger than that.
    package static func read(_ path: String, limit: Int) throws(DaemonError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "open", missing: .noInput) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = unsafe block.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, "read", missing: .noInput) }
            if count == 0 { return bytes }
            bytes += block[..<count]
            if bytes.count > limit {
                throw DaemonError(.badData, "\(path): more than \(limit >> 20) MiB")
            }
        }
    }

    /// Under a name of its own until it is whole. Errors: 73 cannot be made, 77 not allowed, 74
    /// cannot be written on.
    package static func write(_ bytes: [UInt8], to path: String) throws(DaemonError) {
        let unfinished = "\(path).\(getpid()).part"
        let descriptor = unsafe open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure(path, "create", missing: .cannotCreate) }
        var isWritten = write(bytes, to: descriptor)
        let code = errno
        if close(descriptor) != 0 { isWritten = false }
        if isWritten, unsafe rename(unfinished, path) == 0 { return }
        if isWritten == false { errno = code }
        let error = failure(path, "write", missing: .cannotCreate)
        unsafe unlink(unfinished)
        throw error
    }

    /// Only where nothing is, with this mode, and surely. Errors: 73 there is something, or it
    /// cannot be made, 77 not allowed, 74 cannot be written on.
    static func create(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(DaemonError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure(path, "create", missing: .cannotCreate) }
        let isWritten = write(bytes, to: descriptor) && fsync(descriptor) == 0
        let code = errno
        if close(descriptor) == 0, isWritten { return }
        if !isWritten { errno = code }
        let error = failure(path, "write", missing: .cannotCreate)
        unsafe unlink(path)
        throw error
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    descriptor, buffer.baseAddress! + start, buffer.count - start)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 { return false }
            start += count
        }
        return true
    }

    /// Whether files can be made in a folder, or beside a file that is none. Errors: 73, 77.
    static func checkFolder(of path: String) throws(DaemonError) {
        var folder = path
        if !isFolder(path) {
            while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
            folder = folder.lastIndex(of: "/").map { String(folder[...$0]) } ?? "."
        }
        if unsafe access(folder, W_OK | X_OK) == 0 { return }
        throw failure(path, "create", missing: .cannotCreate)
    }

    /// Makes a folder if there is none. Errors: 73, 77.
    package static func makeFolder(_ path: String) throws(DaemonError) {
        if unsafe mkdir(path, 0o777) == 0 || errno == EEXIST { return }
        throw failure(path, "create", missing: .cannotCreate)
    }

    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The paths of the files in a folder whose names end so, in order of their names.
    package static func files(in folder: String, suffix: String) throws(DaemonError) -> [String] {
        guard let entries = unsafe opendir(folder) else {
            throw failure(folder, "open", missing: .noInput)
        }
        defer { unsafe closedir(entries) }
        var names: [String] = []
        while let entry = unsafe readdir(entries) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(suffix) { names.append(name) }
        }
        return names.sorted().map { folder + "/" + $0 }
    }

    /// errno of the call before.
    private static func failure(
        _ path: String, _ verb: String, missing: DaemonError.Code
    ) -> DaemonError {
        let code = errno
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        let exit: DaemonError.Code =
            switch code {
            case EACCES, EPERM: .noPermission
            case ENOENT, ENOTDIR: missing
            case EISDIR: .usage
            default: verb == "create" ? .cannotCreate : .inputOutput
            }
        return DaemonError(exit, "\(path): cannot \(verb): \(reason)")
    }
}
