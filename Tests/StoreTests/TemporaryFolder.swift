import Glibc
import Testing

/// A fresh folder, removed with what is in it. In memory where there is such a place: what these
/// tests break does not depend on the disk, and thousands of flushes would take their time.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() throws {
        let parent = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(parent)/foretide-state-XXXXXX".utf8CString)
        let made = unsafe mkdtemp(&template)
        try #require(unsafe made != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        for name in names(in: path) where unsafe unlink(path + "/" + name) != 0 {
            remove(path + "/" + name)
        }
        unsafe rmdir(path)
    }

    func file(_ name: String) -> String { path + "/" + name }

    var names: [String] { Self.names(in: path) }

    private static func names(in path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func permissions(_ name: String) -> mode_t {
        var status = stat()
        unsafe stat(file(name), &status)
        return status.st_mode & 0o777
    }

    func read(_ name: String) -> [UInt8] {
        let descriptor = unsafe open(file(name), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var status = stat()
        unsafe fstat(descriptor, &status)
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
        }
        precondition(count == bytes.count)
        return bytes
    }

    func write(_ name: String, _ bytes: [UInt8]) {
        let descriptor = unsafe open(file(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        precondition(descriptor >= 0)
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
        }
        precondition(count == bytes.count)
        close(descriptor)
    }
}
