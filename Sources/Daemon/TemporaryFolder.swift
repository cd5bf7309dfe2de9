import Glibc

/// A new folder for files that nobody needs any more when this value goes: it is removed with what
/// is in it.
package struct TemporaryFolder: ~Copyable {
    package let path: String

    /// - Parameters:
    ///   - name: what its name begins with.
    ///   - parent: where it is made; nil: where TMPDIR says, else /tmp.
    package init(_ name: String, in parent: String? = nil) throws(DaemonError) {
        let variable = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) }
        let parent = parent ?? variable.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(parent)/\(name)-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            let reason = unsafe String(cString: strerror(errno))
            throw DaemonError(.cannotCreate, "\(parent): making a temporary folder: \(reason)")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        if let folder = unsafe opendir(path) {
            while let entry = unsafe readdir(folder) {
                let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                if unsafe unlink(path + "/" + name) != 0 { remove(path + "/" + name) }
            }
            unsafe closedir(folder)
        }
        unsafe rmdir(path)
    }
}
