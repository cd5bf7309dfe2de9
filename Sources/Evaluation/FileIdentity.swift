import Glibc

/// Which file a descriptor is of, whatever names lead to it.
struct FileIdentity: Equatable {
    private let device: dev_t
    private let inode: ino_t

    /// Nil when it is no ordinary file.
    init?(descriptor: CInt) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        (device, inode) = (status.st_dev, status.st_ino)
    }
}
