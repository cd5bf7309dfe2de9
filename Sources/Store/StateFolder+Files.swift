import Glibc

extension StateFolder {
    static let databaseName = "state.db"
    /// A whole database that is to take the place of `state.db`, or was being made for it.
    static let replacementName = "state.db.new"
    /// Newest first.
    static let backupNames = ["state.db.backup-1", "state.db.backup-2"]
    static let nextBackupName = "state.db.backup-new"
    static let corruptPrefix = "state.db.corrupt-"

    func file(_ name: String) -> String { path + "/" + name }

    package var databasePath: String { file(Self.databaseName) }

    func exists(_ name: String) -> Bool { unsafe access(file(name), F_OK) == 0 }

    /// Bytes of a file, 0 when there is none.
    func size(_ name: String) -> Int {
        var status = stat()
        return unsafe stat(file(name), &status) == 0 ? Int(status.st_size) : 0
    }

    /// What tells a file from one that took its place.
    struct Identity: Equatable {
        var device: dev_t
        var inode: ino_t
    }

    func identity(_ name: String) -> Identity? {
        var status = stat()
        guard unsafe stat(file(name), &status) == 0 else { return nil }
        return Identity(device: status.st_dev, inode: status.st_ino)
    }

    /// The files in the folder, in order of their names.
    func names() -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names.sorted()
    }

    /// Makes an empty file (0600) for SQLite to fill. False when it is there already.
    func create(_ name: String) throws(StoreError) -> Bool {
        let descriptor = unsafe open(file(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0, errno == EEXIST { return false }
        guard descriptor >= 0 else { throw failure("making", name) }
        close(descriptor)
        return true
    }

    /// Removes a database and what SQLite keeps beside it.
    func remove(_ name: String) {
        for suffix in ["-wal", "-shm", "-journal", ""] { unsafe unlink(file(name + suffix)) }
    }

    /// Gives a database another name, its write-ahead log with it. The log's index is made anew.
    func rename(_ name: String, to other: String) throws(StoreError) {
        if exists(name + "-wal"),
            unsafe Glibc.rename(file(name + "-wal"), file(other + "-wal")) != 0
        {
            throw failure("renaming", name + "-wal")
        }
        unsafe unlink(file(name + "-shm"))
        guard unsafe Glibc.rename(file(name), file(other)) == 0 else {
            throw failure("renaming", name)
        }
    }

    /// Waits until the file's content is on the disk.
    func flush(_ name: String) throws(StoreError) {
        let descriptor = unsafe open(file(name), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("opening", name) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("fsync", name) }
    }

    /// Waits until the names in the folder are on the disk.
    func flush() throws(StoreError) { try flush(".") }

    /// errno of the call before.
    private func failure(_ operation: String, _ name: String) -> StoreError {
        .system(operation: operation, path: file(name), code: errno)
    }
}
