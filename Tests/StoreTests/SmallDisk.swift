import Glibc

/// A file system of its own in memory, so that a disk can be full or read-only. Needs root.
struct SmallDisk: ~Copyable {
    let path: String
    private let folder: TemporaryFolder

    /// Whether this process may mount.
    static let isPermitted: Bool = {
        guard let disk = try? SmallDisk(bytes: 1 << 20) else { return false }
        return disk.path != ""
    }()

    struct NotPermitted: Error {}

    init(bytes: Int) throws {
        let folder = try TemporaryFolder()
        guard unsafe mount("tmpfs", folder.path, "tmpfs", 0, "size=\(bytes)") == 0 else {
            throw NotPermitted()
        }
        path = folder.path
        self.folder = folder
    }

    deinit { while unsafe umount2(path, Int32(MNT_DETACH)) == 0 {} }

    /// By another view of the same files, laid over this one: the file system itself cannot become
    /// read-only while a child of another test, until it is another program, holds a file open.
    func setReadOnly(_ isReadOnly: Bool) {
        let flags = UInt(MS_REMOUNT) | UInt(MS_BIND) | (isReadOnly ? UInt(MS_RDONLY) : 0)
        let isDone =
            unsafe mount(path, path, nil, UInt(MS_BIND), nil) == 0
            && mount(nil, path, nil, flags, nil) == 0
        precondition(isDone, "mounting: errno \(errno)")
    }

    /// Takes all room but so many bytes. Returns what gives it back.
    func fill(leaving bytes: Int) -> Ballast {
        let name = path + "/ballast"
        // Not for children of other tests: what they hold open is not free again.
        let file = unsafe open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        var status = statvfs()
        unsafe statvfs(path, &status)
        let free = Int(status.f_bavail) * Int(status.f_bsize)
        posix_fallocate(file, 0, max(1, free - bytes))
        close(file)
        return Ballast(name: name)
    }

    struct Ballast {
        let name: String

        func remove() { unsafe unlink(name) }
    }
}
