import Glibc

/// What the kernel says of this process.
enum ProcessMemory {
    /// Bytes of memory in use (the second number of /proc/self/statm, in pages).
    static var residentBytes: Int {
        let fields = SystemFile.text("/proc/self/statm").split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}

/// The processor time of this process's threads.
enum ThreadTime {
    /// The threads of that name.
    static func threads(named name: String) -> Set<Int> {
        Set(
            SystemFile.names("/proc/self/task").compactMap(Int.init).filter {
                SystemFile.text("/proc/self/task/\($0)/comm").split(separator: "\n").first ?? ""
                    == name
            })
    }

    /// Nanoseconds that a thread has run so far; nil where the kernel does not say.
    static func nanoseconds(of thread: Int) -> Int? {
        SystemFile.text("/proc/self/task/\(thread)/schedstat").split(separator: " ").first
            .flatMap { Int($0) }
    }
}

/// Small files and folders of /proc.
private enum SystemFile {
    /// What is in it, up to 4 kB; nothing where it cannot be read.
    static func text(_ path: String) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    static func names(_ path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            names.append(
                unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }
}
